import type { Trunk } from '@trunkline/contracts/trunk';
import { hostPort } from '@trunkline/policy/target-uri';
import { beforeEach, describe, expect, it } from 'vitest';
import { aTrunk, places } from './language/configuration.ts';
import { RegisterWorld, registrar } from './register-world.ts';

const first = `${places.carrier}:5060`;
const second = `${places.secondGateway}:5060`;
const probed = (interval_s = 60): Trunk => ({ ...aTrunk(), qualify: { interval_s } });
const alive = () => ({ status: 200, reason: 'OK' });

let world: RegisterWorld;
beforeEach(() => {
  world = new RegisterWorld();
});
const reachable = async (trunk: Trunk) =>
  Object.fromEntries(((await world.stateOf(trunk))?.gateways ?? []).map((each) => [each.name, each.reachable]));
const order = (trunk: Trunk) => trunk.gateways.map(({ id }) => world.policyOf('edge-1').isReachable(id));

describe('a gateway that is probed', () => {
  it('is asked at the interval of the trunk, and known at the first answer', async () => {
    world.replies.set(first, alive);
    world.replies.set(second, () => ({ status: 404, reason: 'Not Found' }));
    const trunk = probed();
    await world.edge('edge-1', [trunk]);
    expect(await reachable(trunk)).toEqual({ [first]: true, [second]: true });
    await world.passes(600_000);
    expect(world.options(first).length).toBeGreaterThanOrEqual(10);
    expect(world.options(first).length).toBeLessThanOrEqual(12);
    expect(world.told()).toEqual(['trunk.gateway.reachable', 'trunk.gateway.reachable']);
  });

  it('is not asked when the interval is 0', async () => {
    world.replies.set(first, alive);
    await world.edge('edge-1', [probed(0)]);
    await world.passes(600_000);
    expect(world.options(first)).toEqual([]);
  });

  it('is taken out only when its silence is confirmed, and comes back when its answer is', async () => {
    world.replies.set(first, alive);
    world.replies.set(second, alive);
    const trunk = probed();
    await world.edge('edge-1', [trunk]);
    let lost = 0;
    world.replies.set(first, () => (++lost <= 2 ? null : alive()));
    await world.passes(120_000);
    expect(await reachable(trunk)).toEqual({ [first]: true, [second]: true });
    world.replies.set(first, () => null);
    await world.passes(90_000);
    expect(await reachable(trunk)).toEqual({ [first]: false, [second]: true });
    expect(order(trunk)).toEqual([false, true]);
    world.replies.set(first, alive);
    await world.passes(40_000);
    expect(await reachable(trunk)).toEqual({ [first]: true, [second]: true });
    expect(order(trunk)).toEqual([true, true]);
    expect(world.told().slice(2)).toEqual(['trunk.gateway.unreachable', 'trunk.gateway.reachable']);
  });

  it('that wants to be left alone is left alone', async () => {
    const trunk = probed();
    world.replies.set(first, () => ({ status: 503, headers: { 'Retry-After': '300' } }));
    world.replies.set(second, alive);
    await world.edge('edge-1', [trunk]);
    await world.passes(290_000);
    expect(world.options(first)).toHaveLength(1);
    await world.passes(900_000);
    expect(world.options(first)).toHaveLength(4);
    expect(await reachable(trunk)).toEqual({ [first]: false, [second]: true });
  });

  it('is asked at once when a call fails there', async () => {
    world.replies.set(first, alive);
    world.replies.set(second, alive);
    const trunk = probed(3_600);
    const keeper = await world.edge('edge-1', [trunk]);
    world.replies.set(first, () => null);
    await world.passes(10_000);
    expect(await reachable(trunk)).toMatchObject({ [first]: true });
    const [gateway] = trunk.gateways;
    if (gateway === undefined) throw new Error('no gateway');
    keeper.heard(hostPort(gateway), { alive: false, status: 503, reason: 'INVITE: 503', retry_after_s: null });
    await world.passes(30_000);
    expect(await reachable(trunk)).toMatchObject({ [first]: false });
  });

  it('is registered with again as soon as it is back', async () => {
    const trunk: Trunk = {
      ...aTrunk({ credentials: { username: 'alice', password: 'wonderland' }, gateways: [places.carrier] }),
      ...{ registration: 'we-register', qualify: { interval_s: 10 } },
    };
    await world.edge('edge-1', [trunk]);
    await world.passes(1_800_000);
    expect((await world.registrationOf(trunk))?.state).toBe('failed');
    world.replies.set(first, registrar());
    await world.passes(25_000);
    expect((await world.registrationOf(trunk))?.state).toBe('registered');
    expect(world.impossible).toEqual([]);
  });

  it('is forgotten with its trunk', async () => {
    const trunk = probed();
    await world.edge('edge-1', [trunk]);
    world.remove('edge-1', trunk);
    await world.passes(1_000);
    const before = world.options(first).length;
    await world.passes(600_000);
    expect(world.options(first)).toHaveLength(before);
    expect(await world.stateOf(trunk)).toBeUndefined();
  });
});

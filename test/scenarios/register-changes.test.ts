import type { Trunk } from '@trunkline/contracts/trunk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aTrunk, places } from './language/configuration.ts';
import { credentials, first, RegisterWorld, registering, registrar, second } from './register-world.ts';

let world: RegisterWorld;
beforeEach(() => {
  world = new RegisterWorld();
});
afterEach(() => expect(world.impossible).toEqual([]));

describe('a trunk that changes', () => {
  beforeEach(() => world.replies.set(first, registrar()));
  const removals = () => world.registers().filter(({ expires }) => expires === 0);

  it('is left alone by a change that does not concern its registration', async () => {
    await world.edge('edge-1', [registering()]);
    const before = world.registers().length;
    const same = registering();
    world.put('edge-1', {
      ...same,
      name: 'Renamed',
      numbers: [],
      auth: registering().auth,
      qualify: { interval_s: 0 },
    });
    await world.passes(1_000);
    // The sealed text differs, as when the password is given anew: registered again, nothing removed.
    expect(removals()).toEqual([]);
    expect(world.registers().length).toBeGreaterThan(before);
    const after = world.registers().length;
    const kept = world.policyOf('edge-1');
    world.put('edge-1', { ...same, name: 'Again', auth: same.auth });
    await world.passes(1_000);
    world.put('edge-1', { ...same, name: 'And again', auth: same.auth });
    await world.passes(1_000);
    expect([...kept.trunkKeys()]).toHaveLength(1);
    expect(world.registers().length).toBe(after + 2);
  });

  it('registers with the new password at once', async () => {
    world.replies.set(first, () => ({ status: 403, reason: 'Forbidden' }));
    const trunk = registering({}, 'wrong');
    await world.edge('edge-1', [trunk]);
    world.replies.set(first, registrar());
    world.put('edge-1', registering());
    await world.passes(100);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered' });
  });

  it.each([
    ['switched off', 'switched-off', (trunk: Trunk) => world.put('edge-1', { ...trunk, is_active: false })],
    [
      'no longer to register',
      'switched-off',
      (trunk: Trunk) => world.put('edge-1', { ...trunk, registration: 'none' }),
    ],
  ] as const)('removes its binding when it is %s', async (_what, reason, change) => {
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    change(trunk);
    await world.passes(1_000);
    expect(removals()).toHaveLength(1);
    expect(removals()[0]?.headers).toHaveProperty('Authorization');
    expect(await world.stateOf(trunk)).toMatchObject({ edge: null, registration: { state: 'unregistered', reason } });
    await world.passes(7_200_000);
    expect(world.registers().at(-1)?.expires).toBe(0);
  });

  it('is forgotten when it is deleted', async () => {
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    world.remove('edge-1', trunk);
    await world.passes(1_000);
    expect(removals()).toHaveLength(1);
    expect(await world.stateOf(trunk)).toBeUndefined();
    expect(world.told().at(-1)).toBe('trunk.registration.unregistered');
  });

  it('leaves the old registrar for a new one', async () => {
    world.replies.set(second, registrar());
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    const [gateway] = trunk.gateways;
    if (gateway === undefined) throw new Error('no gateway');
    world.put('edge-1', { ...trunk, gateways: [{ ...gateway, host: places.secondGateway }] });
    await world.passes(1_000);
    expect(removals().map(({ place }) => place)).toEqual([first]);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered', registrar: second });
  });

  it('is not begun again before its binding is removed', async () => {
    const trunk = registering();
    await world.edge('edge-1', [trunk]);
    world.put('edge-1', { ...trunk, is_active: false });
    await world.passes(52);
    world.put('edge-1', trunk);
    await world.passes(5_000);
    const kinds = world.registers().map(({ expires }) => (expires === 0 ? 'removed' : 'registered'));
    expect(kinds).toEqual(['registered', 'registered', 'removed', 'registered', 'registered']);
    expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered' });
  });

  it('expires by itself', async () => {
    const trunk = registering();
    await world.edge('edge-1', [{ ...trunk, expires_at: (world.clock.now() + 60_000) as typeof trunk.created_at }]);
    await world.passes(95_000);
    expect(removals()).toHaveLength(1);
  });
});

describe('many trunks at once', () => {
  it('property of every second: no registrar sees more REGISTERs than the rate, challenges included', async () => {
    world.replies.set(first, registrar());
    const options = { credentials, gateways: [places.carrier] };
    const trunks = Array.from({ length: 300 }, (): Trunk => ({ ...aTrunk(options), registration: 'we-register' }));
    await world.edge('edge-1', trunks, { registers: 50, probes: 10 });
    await world.passes(15_000);
    const times = world.registers().map(({ at }) => at);
    expect(times).toHaveLength(600);
    const spans = times.map((time, index) => (times[index + 50] ?? Number.POSITIVE_INFINITY) - time);
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(1_000);
  });

  it('waits for the SIP server before it begins', async () => {
    world.replies.set(first, registrar());
    world.isConnected = false;
    const keeper = await world.edge('edge-1', [registering()]);
    await world.passes(60_000);
    expect(world.registers()).toEqual([]);
    world.isConnected = true;
    keeper.signallingBack();
    await world.passes(100);
    expect(world.registers()).toHaveLength(2);
  });

  it('are removed when the edge stops', async () => {
    world.replies.set(first, registrar());
    const trunk = registering();
    const keeper = await world.edge('edge-1', [trunk]);
    const stopped = keeper.stop();
    await world.passes(3_000);
    await stopped;
    expect(world.registers().at(-1)?.expires).toBe(0);
    expect(await world.stateOf(trunk)).toMatchObject({ edge: null, registration: { reason: 'shutdown' } });
  });
});

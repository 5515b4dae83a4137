import { afterEach, beforeEach, expect, it } from 'vitest';
import { first, RegisterWorld, registering, registrar } from './register-world.ts';

let world: RegisterWorld;
beforeEach(() => {
  world = new RegisterWorld();
});
afterEach(() => expect(world.impossible).toEqual([]));

const terms = { expires_s: 300, retry_s: 20, contact_user: 'office' };

it('a trunk registers for as long and with the Contact that it says, from the fixed address where it has to', async () => {
  world.replies.set(first, registrar());
  const trunk = registering({ registering: terms, fixed_address: true, qualify: { interval_s: 60 } });
  await world.edge('edge-1', [trunk]);
  const [bare, answered] = world.registers();
  expect(answered).toMatchObject({ expires: 300, headers: { Contact: '<sip:office@localhost>;expires=300' } });
  const [asked] = world.options(first);
  for (const request of [bare, answered, asked]) {
    expect(request?.headers).toMatchObject({ 'Trunkline-Listener': 'fixed' });
  }
  expect(await world.registrationOf(trunk)).toMatchObject({ state: 'registered' });
  // Another lifetime is the same binding, another Contact is not.
  world.put('edge-1', { ...trunk, registering: { ...terms, expires_s: 600 } });
  await world.passes(1_000);
  expect(world.registers().at(-1)).toMatchObject({ expires: 600 });
  expect(world.registers().every(({ expires }) => expires !== 0)).toBe(true);
  world.put('edge-1', { ...trunk, registering: { ...terms, contact_user: null } });
  await world.passes(1_000);
  const removed = world.registers().find(({ expires }) => expires === 0);
  expect(removed?.headers['Contact']).toBe('<sip:office@localhost>;expires=0');
  expect(world.registers().at(-1)?.headers['Contact']).toMatch(/^<sip:tl[0-9a-f]{32}@/);
});

it('a trunk that does not say is registered from wherever, as usual', async () => {
  world.replies.set(first, registrar());
  await world.edge('edge-1', [registering()]);
  for (const { headers, expires } of world.registers()) {
    expect(headers).not.toHaveProperty('Trunkline-Listener');
    expect(expires).toBe(3_600);
  }
});

it('the first wait after a failure is the one that the trunk says, and it grows from there', async () => {
  world.replies.set(first, () => ({ status: 500 }));
  await world.edge('edge-1', [registering({ registering: terms })]);
  await world.passes(100_000);
  const times = world.registers().map(({ at }) => at);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  // Half of each wait is by lot, which falls in the middle here.
  expect(gaps.slice(0, 2).map((gap) => Math.round(gap / 1_000))).toEqual([15, 30]);
});

import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createParty, type Party } from './party.ts';
import { placeCall } from './place-call.ts';

const shared = { clock: systemClock, ids: randomIds, address: '127.0.0.1' };
let alice: Party;
let bob: Party;

beforeEach(async () => {
  alice = await createParty({ ...shared, name: 'alice', tone_hz: 440, law: 'PCMU' });
  bob = await createParty({ ...shared, name: 'bob', tone_hz: 1_000, law: 'PCMA' });
});
afterEach(async () => {
  await alice.close();
  await bob.close();
});

const plan = (headers: Iterable<readonly [string, string]>) =>
  ({
    clock: systemClock,
    caller: alice,
    callee: bob,
    dial: { to: bob.sip.uri('bob'), from: alice.sip.uri('alice'), headers },
    talk_ms: 400,
    hangs_up: 'callee',
  }) as const;

it('reports what each side sent and heard', async () => {
  const call = await placeCall(plan([['X-Trunkline-Call-ID', '42']]));
  expect(call.id).toBe('42');
  expect(call.toCallee).toMatchObject({ expected_hz: 440, heard_hz: 440, lost: 0 });
  expect(call.toCaller).toMatchObject({ expected_hz: 1_000, heard_hz: 1_000, lost: 0 });
  expect(call.toCallee.received).toBe(call.toCallee.sent);
  expect([alice.sip.liveCalls(), bob.sip.liveCalls()]).toEqual([0, 0]);
});

it('says so when the callee is not called by Trunkline', async () => {
  await expect(placeCall(plan([]))).rejects.toThrow(/no X-Trunkline-Call-ID/);
});

it('says with what the call was refused', async () => {
  bob.sip.onCall((call) => call.refuse(486));
  await expect(placeCall(plan([]))).rejects.toThrow(/did not reach the callee: 486\./);
});

import { maxLadderSteps } from '@trunkline/contracts/call-record';
import type { Instant } from '@trunkline/contracts/time';
import { expect, test } from 'vitest';
import type { CallEvent } from './call-event.ts';
import { type CallFacts, type CallState, newCallState } from './call-state.ts';
import { callTable } from './call-table.ts';
import { fold } from './fold.ts';

const targets = [
  { uri: 'sip:1@192.0.2.1', label: 'one' },
  { uri: 'sip:1@192.0.2.2', label: 'two' },
];
let now = 0;
const begin = (): CallState => {
  now = 0;
  return newCallState({ started_at: 0 as Instant, targets } as unknown as CallFacts);
};

/** Ten milliseconds pass before each event. */
function after(state: CallState, ...events: readonly CallEvent[]): CallState {
  return events.reduce((before, event) => {
    now += 10;
    const cell = callTable[before.phase][event.type];
    if (typeof cell === 'string') throw new Error(`${before.phase} × ${event.type} is ${cell}`);
    return fold(before, event, cell, now as Instant);
  }, state);
}

const offered = { type: 'media-offered', sdp: 'v=0' } as const;
const ringing = { type: 'b-provisional', status: 180, reason: 'Ringing' } as const;
const answered = { type: 'b-answered', sdp: 'v=0' } as const;
const relayed = { type: 'media-answered', sdp: 'v=0' } as const;
const refused = (status: number): CallEvent => {
  return { type: 'b-refused', cause: 'callee-busy', status, received: status, reason: 'Busy Here' };
};

test('the first ringing counts, of the call and of the attempt', () => {
  const state = after(begin(), offered, ringing, ringing);
  expect([state.ringing_at, state.attempts[0]?.ringing_at]).toEqual([20, 20]);
});

test('what a target says after its end changes nothing about it', () => {
  const retried = after(begin(), offered, { type: 'b-unavailable', received: 503, reason: 'Service Unavailable' });
  const state = after(retried, refused(486));
  expect(state.attempts).toMatchObject([
    { target: 'one', ended_at: 20, status: 503 },
    { target: 'two', started_at: 20, ended_at: 30, status: 486 },
  ]);
});

test('the first reason to end the call stays', () => {
  const state = after(begin(), offered, ringing, { type: 'hang-up', cause: 'hung-up-by-operator' }, refused(487));
  expect(state.ending).toEqual({ cause: 'hung-up-by-operator', by: 'trunkline' });
  expect([state.status, state.ended_at]).toEqual([480, 30]);
});

test('a 200 that the SIP server did not send is no answer', () => {
  const up = after(begin(), offered, answered, relayed);
  expect([up.status, up.answered_at]).toEqual([200, 30]);
  const lost = after(up, { type: 'a-lost', cause: 'caller-cancelled', said: null });
  expect([lost.status, lost.answered_at]).toEqual([487, null]);
});

test('the ladder is bounded', () => {
  let state = after(begin(), offered);
  for (let more = 0; more < maxLadderSteps; more++) state = after(state, ringing);
  expect(state.ladder).toHaveLength(maxLadderSteps);
});

test('fold changes nothing that it was given', () => {
  const state = after(begin(), offered, ringing);
  const before = structuredClone(state);
  after(state, answered, relayed, { type: 'a-acked' });
  expect(state).toEqual(before);
});

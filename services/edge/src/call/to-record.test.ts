import { type Cause, causes } from '@trunkline/contracts/causes';
import type { Instant } from '@trunkline/contracts/time';
import { expect, test } from 'vitest';
import { type CallFacts, type CallState, newCallState } from './call-state.ts';
import { toRecord } from './to-record.ts';

const at = (ms: number) => ms as Instant;
const begun = newCallState({ started_at: at(1_000) } as CallFacts);

function ended(cause: Cause, more: Partial<CallState> = {}): CallState {
  return { ...begun, ending: { cause, by: 'trunkline' }, ended_at: at(9_000), ...more };
}

test('the outcome of a call that nobody answered follows from its cause; what is not named is failed', () => {
  const outcomes = causes.map((cause) => [cause, toRecord(ended(cause), null, at(9_000)).outcome] as const);
  expect(Object.fromEntries(outcomes.filter(([, outcome]) => outcome !== 'failed'))).toEqual({
    'caller-cancelled': 'cancelled',
    'caller-hung-up': 'cancelled',
    'callee-busy': 'busy',
    'callee-declined': 'declined',
    'callee-unavailable': 'no-answer',
    'no-answer': 'no-answer',
  });
});

test('an answered call is completed, unless a fault ended it', () => {
  const outcomes = causes.map((cause) => toRecord(ended(cause, { answered_at: at(2_000) }), null, at(9_000)).outcome);
  const failed = causes.filter((_, index) => outcomes[index] === 'failed');
  expect(failed).toEqual([
    'caller-answer-missing',
    'caller-answer-unusable',
    'caller-encryption-refused',
    'agent-refused',
    'agent-no-answer',
    'agent-unreachable',
    'media-lost',
    'signalling-lost',
    'internal-error',
  ]);
  expect(new Set(outcomes)).toEqual(new Set(['completed', 'failed']));
});

test.each([
  { what: 'rang and was answered', ringing_at: 1_300, answered_at: 4_000, delay: 300, duration: 5_000 },
  { what: 'was answered at once', ringing_at: null, answered_at: 1_200, delay: 200, duration: 7_800 },
  { what: 'rang only', ringing_at: 1_500, answered_at: null, delay: 500, duration: 0 },
  { what: 'was never heard of', ringing_at: null, answered_at: null, delay: null, duration: 0 },
])('a call that $what', ({ ringing_at, answered_at, delay, duration }) => {
  const state = ended('caller-hung-up', {
    ringing_at: ringing_at === null ? null : at(ringing_at),
    answered_at: answered_at === null ? null : at(answered_at),
  });
  expect(toRecord(state, null, at(20_000))).toMatchObject({ post_dial_delay_ms: delay, duration_ms: duration });
});

test('a clock that was set back makes no negative duration', () => {
  const state = ended('caller-hung-up', { answered_at: at(10_000), ended_at: at(9_000) });
  expect(toRecord(state, null, at(9_000)).duration_ms).toBe(0);
});

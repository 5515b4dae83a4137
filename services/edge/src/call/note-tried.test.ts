import type { Instant } from '@trunkline/contracts/time';
import { expect, it } from 'vitest';
import type { CallState } from './call-state.ts';
import { allAttempts, noteTried } from './note-tried.ts';

const attempt = {
  uri: 'sip:1@carrier.test',
  target: 'carrier.test',
  started_at: 1_000 as Instant,
  ringing_at: null,
  ended_at: null,
  status: null,
  reason: null,
};
const state = { facts: { targets: [{ label: 'carrier.test' }] }, attempts: [attempt] } as unknown as CallState;
const silent = { address: '192.0.2.1:5060', ms: 400, status: null, reason: 'No answer' };
const full = { address: '192.0.2.2:5060', ms: 20, status: 503, reason: 'Full' };

it('lists the addresses of one target in the order and for the time in which they were tried', () => {
  const once = noteTried(state, { type: 'b-tried', tried: [silent], address: '192.0.2.2:5060' });
  const twice = noteTried(once, { type: 'b-tried', tried: [silent, full], address: '192.0.2.3:5060' });
  expect(twice.attempts).toHaveLength(1);
  expect(allAttempts(twice)).toEqual([
    {
      ...attempt,
      target: 'carrier.test (192.0.2.1:5060)',
      ended_at: 1_400,
      reason: 'No answer',
    },
    {
      ...attempt,
      target: 'carrier.test (192.0.2.2:5060)',
      started_at: 1_400,
      ended_at: 1_420,
      status: 503,
      reason: 'Full',
    },
    { ...attempt, target: 'carrier.test (192.0.2.3:5060)', started_at: 1_420 },
  ]);
});

it('changes nothing of an attempt that is over', () => {
  const over = { ...state, attempts: [{ ...attempt, ended_at: 2_000 as Instant }] };
  expect(noteTried(over, { type: 'b-tried', tried: [silent], address: 'x' })).toBe(over);
});

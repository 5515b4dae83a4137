import { expect, test } from 'vitest';
import type { CallState, LegAPart } from './call-state.ts';
import type { Phase } from './call-table.ts';
import { classifyReport, classifyReportOfA } from './classify-report.ts';

/** Of a call only what classification looks at. */
function state(phase: Phase, tried: number, leg_a: LegAPart = 'offers'): CallState {
  return { phase, attempts: Array(tried).fill({}), facts: { targets: [{}, {}], leg_a } } as unknown as CallState;
}
const final = (status: number | null) => ({ type: 'b-final', status, reason: 'because' }) as const;

test.each([
  { why: 'the first of two gateways fails', phase: 'calling', tried: 1, status: 503, becomes: 'b-unavailable' },
  { why: 'it cannot be reached at all', phase: 'calling', tried: 1, status: null, becomes: 'b-unavailable' },
  { why: 'a 2xx that is not 200 makes no dialog', phase: 'calling', tried: 1, status: 202, becomes: 'b-unavailable' },
  { why: 'the last one fails', phase: 'calling', tried: 2, status: 503, becomes: 'b-refused' },
  { why: 'the callee is busy', phase: 'calling', tried: 1, status: 486, becomes: 'b-refused' },
  { why: 'the callee was heard ringing', phase: 'early', tried: 1, status: 503, becomes: 'b-refused' },
  { why: 'the caller is gone', phase: 'cancelling', tried: 1, status: 503, becomes: 'b-refused' },
  { why: 'the call is over', phase: 'releasing', tried: 1, status: 503, becomes: 'b-refused' },
] as const)('$why: $status in $phase is $becomes', ({ phase, tried, status, becomes }) => {
  expect(classifyReport(state(phase, tried), final(status))).toMatchObject({ type: becomes, received: status });
});

test('a provisional response with a session description is early media', () => {
  const ringing = { type: 'b-provisional', status: 180, reason: 'Ringing', sdp: null } as const;
  expect(classifyReport(state('calling', 1), ringing)).toEqual({
    type: 'b-provisional',
    status: 180,
    reason: 'Ringing',
  });
  expect(classifyReport(state('calling', 1), { ...ringing, sdp: 'v=0' })).toMatchObject({ type: 'b-early-media' });
});

test.each(['is-offered', 'is-called'] as const)('and is not, where leg A %s: it has no session yet', (leg_a) => {
  const progress = { type: 'b-provisional', status: 183, reason: 'Session Progress', sdp: 'v=0' } as const;
  expect(classifyReport(state('calling', 1, leg_a), progress)).toMatchObject({ type: 'b-provisional' });
});

test.each([
  { leg_a: 'offers', phase: 'answered', sdp: null, becomes: 'a-acked' },
  { leg_a: 'offers', phase: 'answered', sdp: 'v=0', becomes: 'a-acked' },
  { leg_a: 'is-offered', phase: 'answered', sdp: 'v=0', becomes: 'a-answered' },
  { leg_a: 'is-offered', phase: 'answered', sdp: null, becomes: 'a-unanswered' },
  { leg_a: 'is-offered', phase: 'bye-pending', sdp: 'v=0', becomes: 'a-answered' },
  { leg_a: 'is-offered', phase: 'agreeing', sdp: 'v=0', becomes: 'a-acked' },
  { leg_a: 'is-offered', phase: 'modifying', sdp: null, becomes: 'a-acked' },
  { leg_a: 'is-called', phase: 'answered', sdp: 'v=0', becomes: 'a-answered' },
] as const)('an ACK with $sdp where leg A $leg_a, in $phase, is $becomes', ({ leg_a, phase, sdp, becomes }) => {
  expect(classifyReportOfA(state(phase, 1, leg_a), { type: 'a-acked', sdp })).toMatchObject({ type: becomes });
});

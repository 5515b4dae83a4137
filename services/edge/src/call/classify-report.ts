import type { Cause } from '@trunkline/contracts/causes';
import type { CallEvent } from './call-event.ts';
import type { CallState } from './call-state.ts';
import { hasNextTarget } from './call-state.ts';
import type { LegBReport } from './legs.ts';

/** Policy's word on a leg that did not answer. */
export interface LegBVerdict {
  readonly retry: boolean;
  readonly cause: Cause;
  /** What leg A hears when there is no further try. */
  readonly status: number;
}
export type JudgeLegB = (outcome: { readonly status: number | null; readonly ringing: boolean }) => LegBVerdict;

/** Turns what leg B reports into the one event that the table knows. Pure. */
export function classifyReport(
  state: CallState,
  report: Exclude<LegBReport, { type: 'b-sent' }>,
  judge: JudgeLegB,
): CallEvent {
  switch (report.type) {
    case 'b-provisional':
      return report.sdp === null
        ? { type: 'b-provisional', status: report.status, reason: report.reason }
        : { type: 'b-early-media', status: report.status, reason: report.reason, sdp: report.sdp };
    case 'b-final': {
      const ringing = state.phase !== 'calling';
      const verdict = judge({ status: report.status, ringing });
      return verdict.retry && !ringing && hasNextTarget(state)
        ? { type: 'b-unavailable', received: report.status, reason: report.reason }
        : {
            type: 'b-refused',
            cause: verdict.cause,
            status: verdict.status,
            received: report.status,
            reason: report.reason,
          };
    }
    default:
      return report;
  }
}

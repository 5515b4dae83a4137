import { nextTarget, type Outcome } from '@trunkline/policy/next-target';
import type { CallEvent } from './call-event.ts';
import type { CallState } from './call-state.ts';
import { targetsLeft } from './call-state.ts';
import type { LegAReport, LegBReport } from './legs.ts';

/** Turns what leg B reports into the one event that the table knows. Pure. */
export function classifyReport(
  state: CallState,
  report: Exclude<LegBReport, { type: 'b-sent' | 'b-tried' }>,
): CallEvent {
  switch (report.type) {
    case 'b-provisional': {
      const { status, reason, sdp } = report;
      // A caller that has not answered yet cannot be played anything, and a 183 that is not reliable carries no offer (RFC 6337 §2.2).
      return sdp === null || state.facts.leg_a !== 'offers'
        ? { type: 'b-provisional', status, reason }
        : { type: 'b-early-media', status, reason, sdp };
    }
    case 'b-final': {
      const { status: received, reason, untrusted = false } = report;
      const next = nextTarget(outcomeOf(received, untrusted), {
        rang: state.phase !== 'calling',
        left: targetsLeft(state),
      });
      return next.kind === 'retry'
        ? { type: 'b-unavailable', received, reason }
        : { type: 'b-refused', cause: next.cause, status: next.status, received, reason };
    }
    default:
      return report;
  }
}

/** The same for leg A. Only the first ACK has to answer our offer; later ones are of re-INVITEs, or sent again. Pure. */
export function classifyReportOfA(state: CallState, report: Exclude<LegAReport, { type: 'a-sent' }>): CallEvent {
  if (report.type !== 'a-acked') return report;
  const { phase, facts } = state;
  const isFirst = phase === 'answered' || phase === 'bye-pending';
  if (facts.leg_a === 'offers' || !isFirst) return { type: 'a-acked' };
  return report.sdp === null ? { type: 'a-unanswered' } : { type: 'a-answered', sdp: report.sdp };
}

/** A 2xx other than 200 makes no Dialog with us: the far end does not know what it answered. */
function outcomeOf(status: number | null, untrusted: boolean): Outcome {
  if (untrusted) return { kind: 'untrusted' };
  if (status === null) return { kind: 'transport-error' };
  return { kind: 'status', status: status < 300 ? 500 : status };
}

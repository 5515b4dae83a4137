import type { CallRecord, Outcome } from '@trunkline/contracts/call-record';
import type { Cause } from '@trunkline/contracts/causes';
import { causeTable } from '@trunkline/contracts/causes';
import type { Instant } from '@trunkline/contracts/time';
import { audioFinding } from './audio-finding.ts';
import type { CallState } from './call-state.ts';
import type { MediaStats } from './media.ts';
import { allAttempts } from './note-tried.ts';

/** The one record of an admitted call. */
export function toRecord(state: CallState, media: MediaStats | null, now: Instant): CallRecord {
  const { facts } = state;
  const cause = state.ending?.cause ?? 'internal-error';
  const ended_at = state.ended_at ?? now;
  const heard_at = state.ringing_at ?? state.answered_at;
  return {
    id: facts.id,
    edge: facts.edge,
    account: facts.account,
    direction: facts.direction,
    trunk: facts.trunk,
    trunk_name: facts.trunk_name,
    number: facts.number,
    agent: facts.agent,
    agent_name: facts.agent_name,
    from: facts.from,
    to: facts.to,
    ...(facts.caller === undefined ? {} : { caller: facts.caller }),
    sip_call_id: state.sip_call_id_a ?? facts.sip_call_id,
    sip_call_id_b: state.sip_call_id_b,
    source: facts.source,
    admitted_by: facts.admitted_by,
    explanation: facts.explanation,
    attempts: allAttempts(state),
    outcome: outcomeOf(state, cause),
    cause,
    cause_text: causeTable[cause].text,
    status: state.status,
    ended_by: state.ending?.by ?? 'trunkline',
    started_at: facts.started_at,
    ringing_at: state.ringing_at,
    answered_at: state.answered_at,
    ended_at,
    post_dial_delay_ms: heard_at === null ? null : heard_at - facts.started_at,
    duration_ms: state.answered_at === null ? 0 : Math.max(0, ended_at - state.answered_at),
    media: withFinding(state, media),
    ladder: [...state.ladder],
  };
}

/** Before the answer there is nothing to be heard, or not much. */
function withFinding(state: CallState, media: MediaStats | null): CallRecord['media'] {
  if (media === null || state.answered_at === null) return media;
  return { ...media, finding: audioFinding(media, state.facts.media) };
}

/** Ends of an answered call in which the parties came to nothing, or that neither party and no limit brought about. */
const faults: ReadonlySet<Cause> = new Set([
  'internal-error',
  'signalling-lost',
  'media-lost',
  'caller-answer-missing',
  'caller-answer-unusable',
  'caller-encryption-refused',
  'agent-refused',
  'agent-no-answer',
  'agent-unreachable',
]);

function outcomeOf(state: CallState, cause: Cause): Outcome {
  if (state.answered_at !== null) return faults.has(cause) ? 'failed' : 'completed';
  switch (cause) {
    case 'caller-cancelled':
    case 'caller-hung-up':
      return 'cancelled';
    case 'callee-busy':
      return 'busy';
    case 'callee-declined':
      return 'declined';
    case 'no-answer':
    case 'callee-unavailable':
      return 'no-answer';
    default:
      return 'failed';
  }
}

import type { Cause } from '@trunkline/contracts/causes';
import { causeTable } from '@trunkline/contracts/causes';
import type { CallEvent } from './call-event.ts';
import { type CallState, type Ending, isCalled } from './call-state.ts';
import type { Phase } from './call-table.ts';

/** What it means that a phase lasted too long. */
const deadlineCause: Readonly<Record<Phase, Cause>> = {
  offering: 'media-unavailable',
  calling: 'gateway-silent',
  early: 'no-answer',
  answering: 'media-unavailable',
  answered: 'ack-missing',
  agreeing: 'media-unavailable',
  confirmed: 'duration-limit',
  modifying: 'duration-limit',
  're-anchoring': 'media-lost',
  cancelling: 'caller-cancelled',
  'bye-pending': 'ack-missing',
  releasing: 'internal-error',
  terminated: 'internal-error',
};

/** Who or what ends the call, if this event does. */
export function endingOf({ phase, facts }: CallState, event: CallEvent): Ending | null {
  switch (event.type) {
    case 'a-lost':
      return { cause: event.cause, by: 'caller' };
    case 'a-unanswered':
      return { cause: 'caller-answer-missing', by: 'caller' };
    case 'a-cancelled':
      return { cause: 'caller-cancelled', by: 'caller' };
    case 'a-bye':
      return { cause: event.cause, by: 'caller' };
    case 'b-bye':
      return { cause: event.cause, by: 'callee' };
    case 'b-refused':
      return { cause: event.cause, by: 'callee' };
    case 'media-failed':
    case 'hang-up':
      return { cause: event.cause, by: 'trunkline' };
    case 'signalling-lost':
      return { cause: 'signalling-lost', by: 'trunkline' };
    case 'deadline':
      if (phase === 'answered' && isCalled(facts)) return { cause: 'agent-no-answer', by: 'caller' };
      return { cause: deadlineCause[phase], by: 'trunkline' };
    default:
      return null;
  }
}

/** What leg A hears: the callee's own words where classification kept them, the cause's status otherwise. */
export function statusForA(state: CallState, event: CallEvent): number {
  if (event.type === 'b-refused') return event.status;
  return causeTable[state.ending?.cause ?? 'internal-error'].status;
}

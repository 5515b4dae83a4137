import type { CallEventType } from '../call-event.ts';
import type { Action, Phase } from '../call-table.ts';
import type { World } from './world.ts';

/** Rising with the life of a call. `confirmed` alternates with `modifying` and `re-anchoring`. */
export const rank: Readonly<Record<Phase, number>> = {
  offering: 0,
  calling: 1,
  early: 2,
  answering: 3,
  answered: 4,
  agreeing: 5,
  confirmed: 6,
  modifying: 6,
  're-anchoring': 6,
  cancelling: 7,
  'bye-pending': 7,
  releasing: 8,
  terminated: 9,
};

/** What must hold in each phase, as long as there is signalling. */
const shape: Readonly<Record<Phase, (w: World) => boolean>> = {
  offering: (w) => w.offerPending && w.a === 'invited' && w.b === 'none',
  calling: (w) => w.b === 'pending' && !w.heard && w.a === 'invited',
  early: (w) => w.b === 'pending' && w.heard && w.a === 'invited',
  answering: (w) => w.b === 'up' && w.answerPending && w.a === 'invited',
  answered: (w) => w.b === 'up' && w.a === 'answered' && !w.answerPending,
  agreeing: (w) => w.b === 'up' && w.a === 'acked' && w.agreePending && !w.agreed,
  confirmed: (w) => w.b === 'up' && w.a === 'acked' && !w.modifyPending && !w.movePending && w.agreed === w.late,
  modifying: (w) => w.b === 'up' && w.a === 'acked' && w.modifyPending && !w.movePending,
  're-anchoring': (w) => w.b === 'up' && w.a === 'acked' && w.movePending && !w.modifyPending,
  cancelling: (w) => w.b === 'cancelled' && w.finalsToA === 1 && w.a !== 'answered',
  'bye-pending': (w) => w.b !== 'up' && w.a === 'answered',
  releasing: (w) =>
    w.b !== 'pending' &&
    w.b !== 'cancelled' &&
    w.b !== 'up' &&
    w.a !== 'invited' &&
    w.a !== 'answered' &&
    w.a !== 'acked',
  terminated: (w) =>
    w.b !== 'pending' &&
    w.b !== 'cancelled' &&
    w.b !== 'up' &&
    w.a !== 'invited' &&
    w.a !== 'answered' &&
    w.a !== 'acked',
};

/** The rule that the step from `before` to `after` breaks, if any. */
export function brokenRule(before: World, event: CallEventType, run: readonly Action[], after: World): string | null {
  const has = (action: Action) => run.includes(action);
  const { phase } = after;
  if (rank[phase] < rank[before.phase]) return 'the call went backwards';
  if (!after.signallingLost && !shape[phase](after)) return `not the shape of ${phase}`;
  if (after.finalsToA > 1) return 'more than one final response to A';
  if (after.records !== (phase === 'terminated' ? 1 : 0)) return 'not exactly one record at the end';
  if (after.releases !== (rank[phase] >= rank.releasing ? 1 : 0)) return 'media not released exactly once, at the end';
  if (after.released && phase !== 'terminated') return 'over, and not terminated';
  if (new Set(run).size !== run.length) return 'an action twice';
  return brokenAnswer(before, event, has, after);
}

/** Events that ask for something, and what they must get. */
function brokenAnswer(
  before: World,
  event: CallEventType,
  has: (action: Action) => boolean,
  after: World,
): string | null {
  const ringing = before.phase === 'calling' || before.phase === 'early';
  const over = rank[before.phase] >= rank.cancelling;
  if (has('relay-provisional') !== (ringing && event === 'b-provisional')) return '18x not relayed, or made up';
  if (has('answer-early') !== (ringing && event === 'b-early-media')) return 'early media not answered, or made up';
  if (has('relay-early') !== (before.phase === 'early' && event === 'early-answered')) return 'early media not relayed';
  if (has('answer-media') !== (ringing && event === 'b-answered')) return 'the answer is not taken to the relay';
  const reinvited = event === 'a-reinvited' || event === 'b-reinvited';
  if (has('modify') !== (reinvited && before.phase === 'confirmed')) return 're-INVITE not taken on, or made up';
  if (has('refuse-modify') !== (reinvited && before.phase !== 'confirmed')) return 're-INVITE left without an answer';
  if (has('re-anchor') !== (event === 'media-lost' && before.phase === 'confirmed'))
    return 'lost media not moved, or made up';
  if (has('agree-media') !== (event === 'a-answered' && before.phase === 'answered'))
    return 'the answer to our offer is not taken to the relay';
  if (has('withdraw-a') !== (before.phase === 'answered' && after.phase === 'bye-pending'))
    return 'an agent that nobody waits for rings on, or the call is taken from one that somebody does';
  if (event === 'deadline' && rank[after.phase] <= rank[before.phase]) return 'a deadline that ends nothing';
  if (event === 'hang-up' && !over && rank[after.phase] < rank.cancelling) return 'hang-up does not end the call';
  if (event === 'media-failed' && !over && rank[after.phase] < rank.cancelling)
    return 'lost media does not end the call';
  if (event === 'signalling-lost' && rank[after.phase] < rank.releasing) return 'lost signalling does not end the call';
  if ((event === 'try-expired' || event === 'b-unavailable') && !has('invite-b')) return 'the next target is not tried';
  return null;
}

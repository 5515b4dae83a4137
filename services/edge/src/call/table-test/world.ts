import type { CallEventType } from '../call-event.ts';
import type { Action, Phase } from '../call-table.ts';

/**
 * What an onlooker can know of a call besides its phase: finite, so that every reachable world is visited. It models the SIP
 * server, the two parties and the media relay, and knows nothing of the table.
 */
export interface World {
  readonly phase: Phase;
  /** Leg A made no offer: its ACK has to answer ours. */
  readonly late: boolean;
  /** `answered`: 200 under way, not acknowledged. `ending`: BYE sent, theirs may cross it. */
  readonly a: 'invited' | 'refused' | 'cancelled' | 'answered' | 'acked' | 'ending' | 'gone';
  readonly b: 'none' | 'pending' | 'cancelled' | 'up' | 'ending' | 'gone' | 'abandoned';
  readonly heard: boolean;
  readonly targetsLeft: number;
  readonly finalsToA: number;
  readonly offerPending: boolean;
  readonly earlyPending: number;
  readonly answerPending: boolean;
  readonly agreePending: boolean;
  /** Leg A's answer to our offer has been taken. */
  readonly agreed: boolean;
  readonly modifyPending: boolean;
  readonly movePending: boolean;
  readonly releases: number;
  readonly released: boolean;
  readonly records: number;
  readonly signallingLost: boolean;
  /** The last event was a deadline: only then, or after the ACK, may leg A get a BYE. */
  readonly timedOut: boolean;
}

const start: World = {
  phase: 'offering',
  late: false,
  a: 'invited',
  b: 'none',
  heard: false,
  targetsLeft: 2,
  finalsToA: 0,
  offerPending: true,
  earlyPending: 0,
  answerPending: false,
  agreePending: false,
  agreed: false,
  modifyPending: false,
  movePending: false,
  releases: 0,
  released: false,
  records: 0,
  signallingLost: false,
  timedOut: false,
};

export const starts: readonly World[] = [start, { ...start, late: true }];

const bPending = (w: World) => w.b === 'pending' || w.b === 'cancelled';
const aDialog = (w: World) => w.a === 'answered' || w.a === 'acked' || w.a === 'ending';
const bDialog = (w: World) => w.b === 'up' || w.b === 'ending';
/** Operations of one media session run one after the other, the release last. */
const relayBusy = (w: World) => w.offerPending || w.earlyPending > 0 || w.answerPending || w.agreePending;
/** The ACK that comes now has to answer our offer; one that is sent again is only an ACK. */
const owesAnswer = (w: World) => w.late && w.a === 'answered';

/** Which events the world outside can produce now. */
export const enabled: Readonly<Record<CallEventType, (w: World) => boolean>> = {
  'media-offered': (w) => w.offerPending,
  'media-answered': (w) => w.answerPending && w.earlyPending === 0,
  'early-answered': (w) => w.earlyPending > 0,
  'media-agreed': (w) => w.agreePending,
  'media-failed': (w) => relayBusy(w) || w.movePending,
  // A node may die at any time, and the next one after it.
  'media-lost': (w) => !w.released && w.releases === 0,
  're-anchored': (w) => w.movePending,
  released: (w) => w.releases > 0 && !w.released && !relayBusy(w),
  // A provisional response may also be overtaken by the final one.
  'b-provisional': (w) => !w.signallingLost && w.b !== 'none' && w.b !== 'abandoned',
  'b-early-media': (w) =>
    // Nothing can be played to a caller whose answer is not there yet: it hears of ringing.
    !w.late && !w.signallingLost && w.b !== 'none' && w.b !== 'abandoned' && w.earlyPending < 2,
  'b-answered': (w) => !w.signallingLost && bPending(w),
  // Without signalling the INVITE still fails, on our side.
  'b-refused': bPending,
  'b-unavailable': (w) => w.b === 'pending' && w.phase === 'calling' && w.targetsLeft > 0,
  'b-bye': (w) => !w.signallingLost && bDialog(w),
  'b-reinvited': (w) => !w.signallingLost && bDialog(w),
  // It may cross our final response.
  'a-cancelled': (w) => !w.signallingLost && (w.a === 'invited' || w.a === 'refused' || w.a === 'answered'),
  'a-acked': (w) => !w.signallingLost && aDialog(w) && !owesAnswer(w),
  'a-answered': (w) => !w.signallingLost && owesAnswer(w),
  'a-unanswered': (w) => !w.signallingLost && owesAnswer(w),
  'a-lost': (w) => w.a === 'answered',
  'a-bye': (w) => !w.signallingLost && aDialog(w),
  'a-reinvited': (w) => !w.signallingLost && aDialog(w),
  modified: (w) => w.modifyPending,
  'try-expired': (w) => w.phase === 'calling' && w.targetsLeft > 0,
  deadline: (w) => w.phase !== 'terminated' && (w.phase !== 'calling' || w.targetsLeft === 0),
  'hang-up': () => true,
  'signalling-lost': () => true,
};

/** What an event itself changes, whatever the table makes of it. */
export function happen(w: World, event: CallEventType): World {
  const now = { ...w, timedOut: event === 'deadline' };
  switch (event) {
    case 'media-offered':
      return { ...now, offerPending: false };
    case 'media-answered':
      return { ...now, answerPending: false };
    case 'media-agreed':
      return { ...now, agreePending: false, agreed: true };
    case 'early-answered':
      return { ...now, earlyPending: w.earlyPending - 1 };
    case 'media-failed':
      return failOldest(now);
    case 're-anchored':
      return { ...now, movePending: false };
    case 'released':
      return { ...now, released: true };
    case 'b-provisional':
    case 'b-early-media':
      return { ...now, heard: w.heard || bPending(w) };
    case 'b-answered':
      return { ...now, b: 'up' };
    case 'b-refused':
    case 'b-unavailable':
    case 'b-bye':
      return { ...now, b: 'gone' };
    case 'a-cancelled':
      return w.a === 'invited'
        ? { ...now, a: 'cancelled', finalsToA: w.finalsToA + 1 }
        : { ...now, a: w.a === 'answered' ? 'cancelled' : w.a };
    case 'a-acked':
    case 'a-answered':
    case 'a-unanswered':
      return { ...now, a: w.a === 'answered' ? 'acked' : w.a };
    case 'a-lost':
    case 'a-bye':
      return { ...now, a: 'gone' };
    case 'modified':
      return { ...now, modifyPending: false };
    case 'signalling-lost':
      return { ...now, signallingLost: true };
    default:
      return now;
  }
}

function failOldest(w: World): World {
  if (w.offerPending) return { ...w, offerPending: false };
  if (w.agreePending) return { ...w, agreePending: false };
  if (w.movePending) return { ...w, movePending: false };
  return w.earlyPending > 0 ? { ...w, earlyPending: w.earlyPending - 1 } : { ...w, answerPending: false };
}

/** What an action changes; a string names the rule that it breaks. */
export function act(w: World, action: Action): World | string {
  switch (action) {
    case 'invite-b':
      if (w.offerPending || w.targetsLeft === 0 || bPending(w) || bDialog(w)) return 'INVITE without need or means';
      return { ...w, b: 'pending', heard: false, targetsLeft: w.targetsLeft - 1 };
    case 'answer-early':
      return { ...w, earlyPending: w.earlyPending + 1 };
    case 'answer-media':
      return w.answerPending ? 'two answers to the relay' : { ...w, answerPending: true };
    case 'agree-media':
      return w.agreePending || w.agreed ? 'two answers to one offer' : { ...w, agreePending: true };
    case 'answer-a':
      return w.a === 'invited' ? { ...w, a: 'answered', finalsToA: w.finalsToA + 1 } : 'a 200 nobody waits for';
    case 'reject-a':
      return w.a === 'invited' ? { ...w, a: 'refused', finalsToA: w.finalsToA + 1 } : 'a refusal nobody waits for';
    case 'cancel-b':
      return w.b === 'pending' ? { ...w, b: 'cancelled' } : 'CANCEL without a pending INVITE (RFC 3261 §9.1)';
    case 'abandon-b':
      return bPending(w) ? { ...w, b: 'abandoned' } : 'nothing to abandon';
    case 'bye-a':
      if (w.a !== 'acked' && !(w.a === 'answered' && w.timedOut))
        return 'BYE to A before its ACK or timeout (RFC 3261 §15)';
      return { ...w, a: 'ending' };
    case 'bye-b':
      return w.b === 'up' ? { ...w, b: 'ending' } : 'BYE to B without a dialog';
    case 'modify':
      return w.modifyPending ? 'two re-INVITEs at once (RFC 3261 §14.1)' : { ...w, modifyPending: true };
    case 're-anchor':
      return w.movePending || w.modifyPending ? 'two re-INVITEs at once (RFC 3261 §14.1)' : { ...w, movePending: true };
    case 'release-media':
      return { ...w, releases: w.releases + 1 };
    case 'write-record':
      return { ...w, records: w.records + 1 };
    case 'relay-provisional':
    case 'relay-early':
    case 'refuse-modify':
    case 'withdraw-a':
      return w;
  }
}

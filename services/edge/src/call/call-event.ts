import type { Cause } from '@trunkline/contracts/causes';
import type { OfferWanted, SessionOffer } from './legs.ts';

/**
 * Everything that can happen to a call. A message, a timer or the end of a promise becomes exactly one of these before
 * the table sees it.
 */
export type CallEvent =
  /** The relay took the caller's offer; `sdp` goes to leg B. */
  | { readonly type: 'media-offered'; readonly sdp: string }
  /** The relay took leg B's final answer; `sdp` goes to leg A. */
  | { readonly type: 'media-answered'; readonly sdp: string }
  /** The relay took leg B's answer in a provisional response. */
  | { readonly type: 'early-answered'; readonly sdp: string }
  /** The relay took leg A's answer to our offer: the session is agreed on. */
  | { readonly type: 'media-agreed' }
  | { readonly type: 'media-failed'; readonly cause: Cause }
  /** The relay's node that carried the call is gone. */
  | { readonly type: 'media-lost' }
  /** Both sides send to another node. */
  | { readonly type: 're-anchored' }
  | { readonly type: 'released' }
  | { readonly type: 'b-provisional'; readonly status: number; readonly reason: string }
  | { readonly type: 'b-early-media'; readonly status: number; readonly reason: string; readonly sdp: string }
  | { readonly type: 'b-answered'; readonly sdp: string }
  /** A final response ≥ 300, or none to be had, and no further target may be tried. `status` is what leg A hears. */
  | {
      readonly type: 'b-refused';
      readonly cause: Cause;
      readonly status: number;
      readonly received: number | null;
      readonly reason: string;
    }
  /** The same, and the next target is to be tried. */
  | { readonly type: 'b-unavailable'; readonly received: number | null; readonly reason: string }
  | { readonly type: 'b-bye'; readonly cause: Cause }
  | { readonly type: 'b-reinvited'; readonly offer: SessionOffer | OfferWanted }
  | { readonly type: 'a-cancelled' }
  | { readonly type: 'a-acked' }
  /** The ACK, or the agent's 200, brought the answer to our offer. */
  | { readonly type: 'a-answered'; readonly sdp: string }
  /** It should have brought one. */
  | { readonly type: 'a-unanswered' }
  /** Our 200 could not be sent: leg A's transaction is gone. Or the agent that we called is not to be had. */
  | { readonly type: 'a-lost'; readonly cause: Cause; readonly said: string | null }
  | { readonly type: 'a-bye'; readonly cause: Cause }
  | { readonly type: 'a-reinvited'; readonly offer: SessionOffer | OfferWanted }
  /** The offer/answer exchange of a re-INVITE is over, well or not. */
  | { readonly type: 'modified' }
  /** The target was silent for its time and there is another one. */
  | { readonly type: 'try-expired' }
  /** The phase lasted as long as it may. */
  | { readonly type: 'deadline' }
  /** Told from outside to end the call. */
  | { readonly type: 'hang-up'; readonly cause: Cause }
  /** Both legs' signalling is gone: nothing can be sent any more. */
  | { readonly type: 'signalling-lost' };

export type CallEventType = CallEvent['type'];

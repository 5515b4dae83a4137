import type { CallEventType } from './call-event.ts';
import { agreed, glare, go, late, never, noDialogA, noDialogB, noMove, over, talking } from './call-table-rows.ts';

/**
 * RFC 3261 words: leg A is the caller (we are its UAS), leg B the callee (we are its UAC). In a call that we originate leg A is the
 * agent: it is called when leg B has answered, and what is our 200 otherwise is our INVITE there.
 */
export const phases = [
  'offering',
  'calling',
  'early',
  'answering',
  'answered',
  'agreeing',
  'confirmed',
  'modifying',
  're-anchoring',
  'cancelling',
  'bye-pending',
  'releasing',
  'terminated',
] as const;
export type Phase = (typeof phases)[number];

export type Action =
  | 'invite-b'
  | 'relay-provisional'
  | 'answer-early'
  | 'relay-early'
  | 'answer-media'
  | 'answer-a'
  /** The relay is told what leg A answered to our offer. */
  | 'agree-media'
  | 'reject-a'
  /** CANCEL; the leg still reports its final response. */
  | 'cancel-b'
  /** CANCEL; the leg cleans up by itself and reports nothing more. */
  | 'abandon-b'
  /** An agent that has not answered is cancelled; a caller has its 200 and is not told before its ACK (RFC 3261 §15). */
  | 'withdraw-a'
  | 'bye-a'
  | 'bye-b'
  | 'modify'
  | 'refuse-modify'
  /** Takes both sides to another node of the media relay. */
  | 're-anchor'
  | 'release-media'
  | 'write-record';

export interface Move {
  readonly to: Phase;
  readonly run: readonly Action[];
}
/** `ignore`: may happen and means nothing. `impossible`: a bug, ours or the stack's. */
export type Cell = Move | 'ignore' | 'impossible';
export type CallTable = Readonly<Record<Phase, Readonly<Record<CallEventType, Cell>>>>;

/** The life of one B2BUA call. This table is the implementation: the loop does what it says and nothing else. */
export const callTable: CallTable = {
  /** The caller's offer, or ours in its place, is with the media relay; leg B does not exist. */
  offering: {
    ...noMove,
    ...noDialogA,
    ...noDialogB,
    'media-offered': go('calling', 'invite-b'),
    'media-answered': never,
    'early-answered': never,
    'media-agreed': never,
    'media-failed': go('releasing', 'reject-a', 'release-media'),
    released: never,
    'b-provisional': never,
    'b-early-media': never,
    'b-answered': never,
    'b-refused': never,
    'b-unavailable': never,
    // The SIP server has answered 200 to the CANCEL and 487 to the INVITE (RFC 3261 §9.2).
    'a-cancelled': go('releasing', 'release-media'),
    modified: never,
    'try-expired': never,
    deadline: go('releasing', 'reject-a', 'release-media'),
    'hang-up': go('releasing', 'reject-a', 'release-media'),
    'signalling-lost': go('releasing', 'release-media'),
  },
  /** INVITE sent on leg B; nothing above 100 heard. */
  calling: {
    ...noMove,
    ...noDialogA,
    ...noDialogB,
    'media-offered': never,
    'media-answered': never,
    'early-answered': never,
    'media-agreed': never,
    'media-failed': never,
    released: never,
    'b-provisional': go('early', 'relay-provisional'),
    'b-early-media': go('early', 'answer-early'),
    'b-answered': go('answering', 'answer-media'),
    'b-refused': go('releasing', 'reject-a', 'release-media'),
    'b-unavailable': go('calling', 'invite-b'),
    'a-cancelled': go('cancelling', 'cancel-b'),
    modified: never,
    'try-expired': go('calling', 'abandon-b', 'invite-b'),
    deadline: go('releasing', 'abandon-b', 'reject-a', 'release-media'),
    'hang-up': go('cancelling', 'cancel-b', 'reject-a'),
    'signalling-lost': go('releasing', 'release-media'),
  },
  /** Leg B sent a provisional response; leg A is told. No other target from here on. */
  early: {
    ...noMove,
    ...noDialogA,
    ...noDialogB,
    'media-offered': never,
    'media-answered': never,
    'early-answered': go('early', 'relay-early'),
    'media-agreed': never,
    'media-failed': go('cancelling', 'cancel-b', 'reject-a'),
    released: never,
    'b-provisional': go('early', 'relay-provisional'),
    'b-early-media': go('early', 'answer-early'),
    'b-answered': go('answering', 'answer-media'),
    'b-refused': go('releasing', 'reject-a', 'release-media'),
    'b-unavailable': never,
    'a-cancelled': go('cancelling', 'cancel-b'),
    modified: never,
    'try-expired': never,
    deadline: go('cancelling', 'cancel-b', 'reject-a'),
    'hang-up': go('cancelling', 'cancel-b', 'reject-a'),
    'signalling-lost': go('releasing', 'release-media'),
  },
  /** Leg B answered; its answer is with the media relay, which makes our answer to leg A of it, or our offer. */
  answering: {
    ...noMove,
    ...noDialogA,
    'media-offered': never,
    'media-answered': go('answered', 'answer-a'),
    'early-answered': 'ignore',
    'media-agreed': never,
    'media-failed': go('releasing', 'bye-b', 'reject-a', 'release-media'),
    released: never,
    'b-provisional': 'ignore',
    'b-early-media': 'ignore',
    'b-answered': never,
    'b-refused': never,
    'b-unavailable': never,
    'b-bye': go('releasing', 'reject-a', 'release-media'),
    'b-reinvited': go('answering', 'refuse-modify'),
    // A confirmed dialog cannot be cancelled, only ended (RFC 3261 §9.1, §15).
    'a-cancelled': go('releasing', 'bye-b', 'release-media'),
    modified: never,
    'try-expired': never,
    deadline: go('releasing', 'bye-b', 'reject-a', 'release-media'),
    'hang-up': go('releasing', 'bye-b', 'reject-a', 'release-media'),
    'signalling-lost': go('releasing', 'release-media'),
  },
  /** 200 sent on leg A and its ACK awaited, or INVITE sent to the agent and its 200 awaited. */
  answered: {
    ...noMove,
    'media-offered': never,
    'media-answered': never,
    'early-answered': never,
    'media-agreed': never,
    'media-failed': never,
    released: never,
    'b-provisional': 'ignore',
    'b-early-media': 'ignore',
    'b-answered': never,
    'b-refused': never,
    'b-unavailable': never,
    // RFC 3261 §15: a callee must not send BYE before it has the ACK.
    'b-bye': go('bye-pending', 'withdraw-a'),
    ...glare('answered'),
    // The CANCEL overtook our 200, which the SIP server then did not send: leg A has its 487.
    'a-cancelled': go('releasing', 'bye-b', 'release-media'),
    'a-acked': go('confirmed'),
    'a-answered': go('agreeing', 'agree-media'),
    // RFC 3261 §13.2.2.4: a caller that cannot use our offer answers all the same, and sends BYE.
    'a-unanswered': go('releasing', 'bye-a', 'bye-b', 'release-media'),
    'a-lost': go('releasing', 'bye-b', 'release-media'),
    'a-bye': go('releasing', 'bye-b', 'release-media'),
    modified: never,
    'try-expired': never,
    // RFC 3261 §13.3.1.4: no ACK within 64*T1, and the session is ended.
    deadline: go('releasing', 'bye-a', 'bye-b', 'release-media'),
    'hang-up': go('bye-pending', 'withdraw-a', 'bye-b'),
    'signalling-lost': go('releasing', 'release-media'),
  },
  /** Leg A took our offer; its answer is with the media relay. */
  agreeing: {
    ...talking,
    ...glare('agreeing'),
    modified: never,
    'b-early-media': never,
    'media-agreed': go('confirmed'),
    'media-failed': go('releasing', 'bye-a', 'bye-b', 'release-media'),
  },
  /** Both legs have their dialogs. */
  confirmed: {
    ...talking,
    'a-reinvited': go('modifying', 'modify'),
    'b-reinvited': go('modifying', 'modify'),
    modified: never,
    'media-lost': go('re-anchoring', 're-anchor'),
  },
  /** One leg's re-INVITE is being taken to the other. */
  modifying: {
    ...talking,
    ...glare('modifying'),
    modified: go('confirmed'),
  },
  /** The media relay's node is gone; both sides are being asked to send to another one. */
  're-anchoring': {
    ...talking,
    ...glare('re-anchoring'),
    modified: never,
    're-anchored': go('confirmed'),
    'media-failed': go('releasing', 'bye-a', 'bye-b', 'release-media'),
  },
  /** Leg A is done; CANCEL sent on leg B, its final response awaited. */
  cancelling: {
    ...late,
    ...agreed,
    're-anchored': never,
    ...noDialogB,
    'media-offered': never,
    'media-answered': never,
    modified: never,
    released: never,
    // The 200 crossed our CANCEL: acknowledged, and ended (RFC 3261 §15).
    'b-answered': go('releasing', 'bye-b', 'release-media'),
    'b-refused': go('releasing', 'release-media'),
    'b-unavailable': never,
    'a-cancelled': 'ignore',
    'a-acked': never,
    'a-lost': never,
    'a-bye': never,
    'a-reinvited': never,
    'try-expired': never,
    deadline: go('releasing', 'abandon-b', 'release-media'),
    'hang-up': 'ignore',
    'signalling-lost': go('releasing', 'release-media'),
  },
  /** Leg B is gone; leg A may not be told before its ACK (RFC 3261 §15). */
  'bye-pending': {
    ...late,
    're-anchored': never,
    'media-agreed': never,
    'media-offered': never,
    'media-answered': never,
    'early-answered': never,
    'media-failed': never,
    modified: never,
    released: never,
    'b-answered': never,
    'b-refused': never,
    'b-unavailable': never,
    'b-bye': 'ignore',
    ...glare('bye-pending'),
    'a-cancelled': go('releasing', 'release-media'),
    'a-acked': go('releasing', 'bye-a', 'release-media'),
    'a-answered': go('releasing', 'bye-a', 'release-media'),
    'a-unanswered': go('releasing', 'bye-a', 'release-media'),
    'a-lost': go('releasing', 'release-media'),
    'a-bye': go('releasing', 'release-media'),
    'try-expired': never,
    deadline: go('releasing', 'bye-a', 'release-media'),
    'hang-up': 'ignore',
    'signalling-lost': go('releasing', 'release-media'),
  },
  /** Both legs are told; the relay is giving the ports back. */
  releasing: {
    ...over,
    ...glare('releasing'),
    released: go('terminated', 'write-record'),
    deadline: go('terminated', 'write-record'),
  },
  terminated: {
    ...over,
    ...glare('terminated'),
    released: 'ignore',
    deadline: never,
  },
};

import type { CallEventType } from './call-event.ts';

/** RFC 3261 words: leg A is the caller (we are its UAS), leg B the callee (we are its UAC). */
export const phases = [
  'offering',
  'calling',
  'early',
  'answering',
  'answered',
  'confirmed',
  'modifying',
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
  | 'reject-a'
  /** CANCEL; the leg still reports its final response. */
  | 'cancel-b'
  /** CANCEL; the leg cleans up by itself and reports nothing more. */
  | 'abandon-b'
  | 'bye-a'
  | 'bye-b'
  | 'modify'
  | 'refuse-modify'
  | 'release-media'
  | 'write-record';

export interface Move {
  readonly to: Phase;
  readonly run: readonly Action[];
}
/** `ignore`: may happen and means nothing. `impossible`: a bug, ours or the stack's. */
export type Cell = Move | 'ignore' | 'impossible';
export type CallTable = Readonly<Record<Phase, Readonly<Record<CallEventType, Cell>>>>;

const go = (to: Phase, ...run: Action[]): Move => ({ to, run });

/** What no phase before its own may see. */
const never = 'impossible' as const;
/** Answers of leg B and of the relay that arrive when they are not needed any more. */
const late = {
  'media-offered': 'ignore',
  'media-answered': 'ignore',
  'early-answered': 'ignore',
  'media-failed': 'ignore',
  'b-provisional': 'ignore',
  'b-early-media': 'ignore',
  modified: 'ignore',
} as const;
/** In-dialog requests that find the call busy or not yet there: 491 (RFC 3261 §14.2). */
const glare = (phase: Phase) => ({
  'a-reinvited': go(phase, 'refuse-modify'),
  'b-reinvited': go(phase, 'refuse-modify'),
});
/** Before leg A's final response: it has no dialog in which it could send these. */
const noDialogA = { 'a-acked': never, 'a-bye': never, 'a-lost': never, 'a-reinvited': never } as const;
/** While leg B has not been called, or has no dialog yet. */
const noDialogB = { 'b-bye': never, 'b-reinvited': never } as const;

/** Once both legs are told, what they still say means nothing. */
const over = {
  ...late,
  'b-answered': never,
  'b-refused': 'ignore',
  'b-unavailable': never,
  'b-bye': 'ignore',
  'a-cancelled': 'ignore',
  'a-acked': 'ignore',
  'a-lost': 'ignore',
  'a-bye': 'ignore',
  'try-expired': never,
  'hang-up': 'ignore',
  'signalling-lost': 'ignore',
} as const;

const talking = {
  'media-offered': never,
  'media-answered': never,
  'early-answered': never,
  'media-failed': never,
  released: never,
  'b-provisional': 'ignore',
  'b-early-media': 'ignore',
  'b-answered': never,
  'b-refused': never,
  'b-unavailable': never,
  'b-bye': go('releasing', 'bye-a', 'release-media'),
  'a-cancelled': never,
  // The ACK of a re-INVITE, or one sent again.
  'a-acked': 'ignore',
  'a-lost': never,
  'a-bye': go('releasing', 'bye-b', 'release-media'),
  'try-expired': never,
  deadline: go('releasing', 'bye-a', 'bye-b', 'release-media'),
  'hang-up': go('releasing', 'bye-a', 'bye-b', 'release-media'),
  'signalling-lost': go('releasing', 'release-media'),
} as const;

/** The life of one B2BUA call. This table is the implementation: the loop does what it says and nothing else. */
export const callTable: CallTable = {
  /** The caller's offer is with the media relay; leg B does not exist. */
  offering: {
    ...noDialogA,
    ...noDialogB,
    'media-offered': go('calling', 'invite-b'),
    'media-answered': never,
    'early-answered': never,
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
    ...noDialogA,
    ...noDialogB,
    'media-offered': never,
    'media-answered': never,
    'early-answered': never,
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
    ...noDialogA,
    ...noDialogB,
    'media-offered': never,
    'media-answered': never,
    'early-answered': go('early', 'relay-early'),
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
  /** Leg B answered; its answer is with the media relay. */
  answering: {
    ...noDialogA,
    'media-offered': never,
    'media-answered': go('answered', 'answer-a'),
    'early-answered': 'ignore',
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
  /** 200 sent on leg A; its ACK is awaited. */
  answered: {
    'media-offered': never,
    'media-answered': never,
    'early-answered': never,
    'media-failed': never,
    released: never,
    'b-provisional': 'ignore',
    'b-early-media': 'ignore',
    'b-answered': never,
    'b-refused': never,
    'b-unavailable': never,
    // RFC 3261 §15: a callee must not send BYE before it has the ACK.
    'b-bye': go('bye-pending'),
    ...glare('answered'),
    // The CANCEL overtook our 200, which the SIP server then did not send: leg A has its 487.
    'a-cancelled': go('releasing', 'bye-b', 'release-media'),
    'a-acked': go('confirmed'),
    'a-lost': go('releasing', 'bye-b', 'release-media'),
    'a-bye': go('releasing', 'bye-b', 'release-media'),
    modified: never,
    'try-expired': never,
    // RFC 3261 §13.3.1.4: no ACK within 64*T1, and the session is ended.
    deadline: go('releasing', 'bye-a', 'bye-b', 'release-media'),
    'hang-up': go('bye-pending', 'bye-b'),
    'signalling-lost': go('releasing', 'release-media'),
  },
  /** Both legs have their dialogs. */
  confirmed: {
    ...talking,
    'a-reinvited': go('modifying', 'modify'),
    'b-reinvited': go('modifying', 'modify'),
    modified: never,
  },
  /** One leg's re-INVITE is being taken to the other. */
  modifying: {
    ...talking,
    ...glare('modifying'),
    modified: go('confirmed'),
  },
  /** Leg A is done; CANCEL sent on leg B, its final response awaited. */
  cancelling: {
    ...late,
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

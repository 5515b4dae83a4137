import type { Action, Move, Phase } from './call-table.ts';

export const go = (to: Phase, ...run: Action[]): Move => ({ to, run });

/** What no phase before its own may see. */
export const never = 'impossible' as const;
/** Answers of leg B and of the relay that arrive when they are not needed any more. */
export const late = {
  'media-offered': 'ignore',
  'media-answered': 'ignore',
  'early-answered': 'ignore',
  'media-failed': 'ignore',
  'b-provisional': 'ignore',
  'b-early-media': 'ignore',
  modified: 'ignore',
  'media-lost': 'ignore',
  're-anchored': 'ignore',
} as const;
/** In-dialog requests that find the call busy or not yet there: 491 (RFC 3261 §14.2). */
export const glare = (phase: Phase) => ({
  'a-reinvited': go(phase, 'refuse-modify'),
  'b-reinvited': go(phase, 'refuse-modify'),
});
/** Before leg A's final response: it has no dialog in which it could send these. */
export const noDialogA = {
  'a-acked': never,
  'a-answered': never,
  'a-unanswered': never,
  'a-bye': never,
  'a-lost': never,
  'a-reinvited': never,
} as const;
/** Only our offer in a 200, or to an agent, is answered, and only once. */
export const agreed = { 'a-answered': never, 'a-unanswered': never, 'media-agreed': never } as const;
/** While leg B has not been called, or has no dialog yet. */
export const noDialogB = { 'b-bye': never, 'b-reinvited': never } as const;

/**
 * The relay's node is gone and the call cannot be taken to another one now: it is asked again when both sides are connected, and
 * an answer that is under way looks for another node by itself.
 */
export const noMove = { 'media-lost': 'ignore', 're-anchored': never } as const;

/** Once both legs are told, what they still say means nothing. */
export const over = {
  ...late,
  ...agreed,
  'media-agreed': 'ignore',
  // The relay tells nothing of itself after the release.
  'media-lost': never,
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

export const talking = {
  ...noMove,
  ...agreed,
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

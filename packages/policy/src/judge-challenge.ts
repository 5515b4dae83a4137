import type { DigestChallenge } from '@trunkline/sip/digest-challenge';
import { strongestChallenge } from '@trunkline/sip/strongest-challenge';

/** Who asked: whom the request is for (401), or a proxy before it (407). */
export type Asker = 'registrar' | 'proxy';

/** One answer without and one with a fresh nonce is normal; more is a loop. */
const maxChallenges = 1;
/** Nonces may run out while we answer, but not for ever. */
const maxStaleChallenges = 3;

/** The asker of a 401 or 407 (RFC 3261 §22.2, §22.3). */
export function askerOf(status: number): Asker {
  return status === 401 ? 'registrar' : 'proxy';
}

/**
 * The challenge to answer, when `answered` of the same asker have been answered for this request. `unanswerable`: there is none that
 * we can answer. `refused`: our answer was not taken. RFC 7616 §3.3: stale says that only the nonce was refused.
 */
export function judgeChallenge(
  challenges: readonly DigestChallenge[],
  answered: number,
): DigestChallenge | 'unanswerable' | 'refused' {
  const challenge = strongestChallenge(challenges);
  if (challenge === undefined) return 'unanswerable';
  return answered >= (challenge.stale ? maxStaleChallenges : maxChallenges) ? 'refused' : challenge;
}

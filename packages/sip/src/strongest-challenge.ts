import type { DigestAlgorithm } from './digest-algorithm.ts';
import type { DigestChallenge } from './digest-challenge.ts';

/** Higher is stronger. A key of its own for each session (-sess) makes neither hash any stronger against guessing. */
const strengths: Readonly<Record<DigestAlgorithm, number>> = { 'SHA-256': 2, 'SHA-256-sess': 2, MD5: 1, 'MD5-sess': 1 };

/**
 * Of several challenges the one with the strongest algorithm, and of equals the topmost. RFC 8760 §2.4 has the topmost of all,
 * unless local policy says otherwise; ours is not to send an MD5 response where the far end takes a better one.
 */
export function strongestChallenge(challenges: readonly DigestChallenge[]): DigestChallenge | undefined {
  let best: DigestChallenge | undefined;
  for (const challenge of challenges) {
    if (best === undefined || strengths[challenge.algorithm] > strengths[best.algorithm]) best = challenge;
  }
  return best;
}

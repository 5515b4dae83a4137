import type { Instant } from '@trunkline/contracts/time';

/** Stamps of one thing rise with every change, so that of two states the newer one can be told. */
export function nextStamp(now: Instant, before: Instant): Instant {
  return Math.max(now, before + 1) as Instant;
}

import type { Instant } from '@trunkline/contracts/time';

/** `2026-05-09T10:00:00.000Z` */
export function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}

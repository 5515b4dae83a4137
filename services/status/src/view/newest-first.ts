import type { CallId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';

/** Where a call stands in a list. */
export interface Place {
  readonly started_at: Instant;
  readonly id: CallId;
}

/** The order of every list of calls. Ids tell equal instants apart, so that the border of a page is exact. */
export function newestFirst(a: Place, b: Place): number {
  if (a.started_at !== b.started_at) return b.started_at - a.started_at;
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1;
}

import type { Access } from '@trunkline/contracts/access';
import type { ListQuery } from '../store/record-store.ts';
import type { CallSummary } from './call-summary.ts';
import { summarizeLive } from './call-summary.ts';
import type { LiveCall } from './live-call.ts';
import { liveSince } from './live-call.ts';
import { maySee } from './may-see.ts';
import { newestFirst, type Place } from './newest-first.ts';

export type CallFilter = Pick<ListQuery, 'trunk' | 'direction' | 'outcome' | 'cause' | 'from' | 'to'>;

/** A page of the live calls that an access may see, newest first, sorted as the store sorts the ended ones. */
export function selectLive(
  calls: Iterable<LiveCall>,
  access: Access,
  filter: CallFilter,
  page: { readonly after?: Place | undefined; readonly limit: number },
): readonly CallSummary[] {
  const selected: LiveCall[] = [];
  for (const call of calls) {
    if (!maySee(access, call.account) || !matches(call, filter)) continue;
    if (page.after === undefined || newestFirst(placeOf(call), page.after) > 0) selected.push(call);
  }
  selected.sort((a, b) => newestFirst(placeOf(a), placeOf(b)));
  return selected.slice(0, page.limit).map(summarizeLive);
}

function placeOf(call: LiveCall): Place {
  return { started_at: liveSince(call), id: call.id };
}

/** A live call has neither outcome nor cause. */
function matches(call: LiveCall, filter: CallFilter): boolean {
  if (filter.outcome !== undefined || filter.cause !== undefined) return false;
  if (filter.trunk !== undefined && filter.trunk !== call.trunk) return false;
  return (['direction', 'from', 'to'] as const).every(
    (field) => filter[field] === undefined || filter[field] === call.facts?.[field],
  );
}

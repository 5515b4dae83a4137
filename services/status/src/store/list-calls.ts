import { type Kysely, sql } from 'kysely';
import type { EndedFields } from '../view/call-summary.ts';
import { newestFirst } from '../view/newest-first.ts';
import { indexedText, listColumns } from './call-row.ts';
import type { ListQuery } from './record-store.ts';
import type { Tables } from './tables.ts';

/**
 * One page, newest first. Each owner is asked for a page of its own, which an index answers in order; joined by `or` in one
 * query they would be sorted whole.
 */
export async function listCalls(db: Kysely<Tables>, query: ListQuery): Promise<readonly EndedFields[]> {
  const own = await pageOf(db, query, true);
  if (!query.unowned) return own;
  const unowned = await pageOf(db, query, false);
  return [...own, ...unowned].sort(newestFirst).slice(0, query.limit);
}

function pageOf(db: Kysely<Tables>, query: ListQuery, own: boolean): Promise<readonly EndedFields[]> {
  let select = db.selectFrom('calls').select(listColumns);
  select = own ? select.where('account', '=', query.account) : select.where('account', 'is', null);
  if (query.trunk !== undefined) select = select.where('trunk', '=', query.trunk);
  if (query.direction !== undefined) select = select.where('direction', '=', query.direction);
  if (query.outcome !== undefined) select = select.where('outcome', '=', query.outcome);
  if (query.cause !== undefined) select = select.where('cause', '=', query.cause);
  if (query.from !== undefined) select = select.where('from', '=', indexedText(query.from));
  if (query.to !== undefined) select = select.where('to', '=', indexedText(query.to));
  if (query.after !== undefined) {
    const { started_at, id } = query.after;
    select = select.where(sql<boolean>`(started_at, id) < (${started_at}, ${id})`);
  }
  return select.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(query.limit).execute();
}

import type { CallRecord } from '@trunkline/contracts/call-record';
import { sql, type Transaction } from 'kysely';
import { callRow, indexedText, listColumns } from './call-row.ts';
import { type CommitPlan, foldLive, planCommit } from './plan-commit.ts';
import type { CommitBatch } from './record-store.ts';
import type { Tables } from './tables.ts';

export const consumerName = 'status-records';

/** PostgreSQL takes 65,535 parameters in one statement; a call has 20 columns. */
const rowsPerStatement = 1_000;

/** Runs inside the transaction of {@link RecordStore.commit}; answers the records of calls that had none. */
export async function commitBatch(db: Transaction<Tables>, batch: CommitBatch): Promise<readonly CallRecord[]> {
  const plan = planCommit(batch.events);
  const fresh = await storeRecords(db, plan);
  await storeLive(db, plan);
  await storeUnreadable(db, batch);
  const { sequence, at } = batch;
  await db
    .insertInto('consumer_progress')
    .values({ consumer: consumerName, sequence, at })
    .onConflict((conflict) => conflict.column('consumer').doUpdateSet({ sequence, at }))
    .execute();
  return fresh;
}

const columns = [...listColumns, 'record'] as const;

async function storeRecords(db: Transaction<Tables>, plan: CommitPlan): Promise<readonly CallRecord[]> {
  const fresh: CallRecord[] = [];
  for (const records of portions([...plan.records.values()])) {
    const stored = await db
      .insertInto('calls')
      .values(records.map(callRow))
      // What was supposed when an edge was lost gives way to what the edge says after all (apply-event.ts).
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((row) => Object.fromEntries(columns.map((column) => [column, row.ref(`excluded.${column}`)])))
          .where('calls.cause', '=', 'edge-lost')
          .where('excluded.cause', '!=', 'edge-lost'),
      )
      // PostgreSQL: a row that was inserted has no deleting transaction.
      .returning(['id', sql<boolean>`(xmax = 0)`.as('inserted')])
      .execute();
    const ids = new Set(stored.filter(({ inserted }) => inserted).map(({ id }) => id));
    fresh.push(...records.filter((record) => ids.has(record.id)));
    const ended = records.map(({ id }) => id);
    await db.deleteFrom('live_calls').where('id', 'in', ended).execute();
  }
  return fresh;
}

async function storeLive(db: Transaction<Tables>, plan: CommitPlan): Promise<void> {
  for (const ids of portions([...plan.told.keys()])) {
    const known = await db.selectFrom('live_calls').select('call').where('id', 'in', ids).execute();
    const ended = await db.selectFrom('calls').select('id').where('id', 'in', ids).execute();
    const told = new Map(ids.map((id) => [id, plan.told.get(id) ?? []]));
    const live = foldLive(
      { ...plan, told },
      new Map(known.map(({ call }) => [call.id, call])),
      new Set(ended.map(({ id }) => id)),
    );
    if (live.length === 0) continue;
    await db
      .insertInto('live_calls')
      .values(live.map((call) => ({ id: call.id, updated_at: call.updated_at, call: JSON.stringify(call) })))
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          updated_at: row.ref('excluded.updated_at'),
          call: row.ref('excluded.call'),
        })),
      )
      .execute();
  }
}

async function storeUnreadable(db: Transaction<Tables>, { unreadable, at }: CommitBatch): Promise<void> {
  for (const events of portions(unreadable)) {
    await db
      .insertInto('unreadable_events')
      .values(
        events.map(({ sequence, subject, payload }) => ({
          sequence,
          at,
          subject: indexedText(subject),
          payload: payload.replaceAll('\0', '\uFFFD'),
        })),
      )
      .onConflict((conflict) => conflict.column('sequence').doNothing())
      .execute();
  }
}

function portions<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / rowsPerStatement);
  return Array.from({ length: count }, (_, at) => items.slice(at * rowsPerStatement, (at + 1) * rowsPerStatement));
}

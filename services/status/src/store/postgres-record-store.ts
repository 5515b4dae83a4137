import type { CallRecord } from '@trunkline/contracts/call-record';
import type { CallId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { type Kysely, sql } from 'kysely';
import type { EndedFields } from '../view/call-summary.ts';
import { callsViewBounds } from '../view/calls-view.ts';
import { failedOutcomes } from '../view/lately.ts';
import { commitBatch, consumerName } from './commit-batch.ts';
import { listCalls } from './list-calls.ts';
import { migrate } from './migrate.ts';
import type { CommitBatch, ListQuery, RecordStore, Remembered } from './record-store.ts';
import { storeFault } from './store-fault.ts';
import type { Tables } from './tables.ts';

/** {@link RecordStore} on PostgreSQL. Migrates before its first work, however late the database comes. */
export class PostgresRecordStore implements RecordStore {
  readonly #db: Kysely<Tables>;
  readonly #onMigrated: (migrations: readonly string[]) => void;
  #migrating: Promise<void> | undefined;

  constructor(db: Kysely<Tables>, onMigrated: (migrations: readonly string[]) => void) {
    this.#db = db;
    this.#onMigrated = onMigrated;
  }

  commit(batch: CommitBatch): Promise<readonly CallRecord[]> {
    return this.#work((db) => db.transaction().execute((transaction) => commitBatch(transaction, batch)));
  }

  remember(max_ended: number, since: Instant): Promise<Remembered> {
    return this.#work(async (db) => {
      const live = await db.selectFrom('live_calls').select('call').limit(callsViewBounds.max_live).execute();
      const ended = await db
        .selectFrom('calls')
        .select('record')
        .orderBy('ended_at', 'desc')
        .orderBy('id', 'desc')
        .limit(max_ended)
        .execute();
      const lately = await db
        .selectFrom('calls')
        .select(['trunk', sql<number>`ended_at / 60000`.as('minute')])
        .select(sql<number>`count(*)`.as('calls'))
        .select(sql<number>`count(*) filter (where outcome in (${sql.join(failedOutcomes)}))`.as('failed'))
        .where('ended_at', '>=', since)
        .where('trunk', 'is not', null)
        .groupBy(['trunk', 'minute'])
        .$narrowType<{ trunk: NonNullable<EndedFields['trunk']> }>()
        .execute();
      return { live: live.map(({ call }) => call), ended: ended.map(({ record }) => record), lately };
    });
  }

  list(query: ListQuery): Promise<readonly EndedFields[]> {
    return this.#work((db) => listCalls(db, query));
  }

  find(id: CallId): Promise<CallRecord | undefined> {
    return this.#work(async (db) => {
      const row = await db.selectFrom('calls').select('record').where('id', '=', id).executeTakeFirst();
      return row?.record;
    });
  }

  forget(before: { readonly records: Instant; readonly live: Instant }, limit: number): Promise<number> {
    return this.#work(async (db) => {
      await db.deleteFrom('live_calls').where('updated_at', '<', before.live).execute();
      const unreadable = db.selectFrom('unreadable_events').select('sequence').where('at', '<', before.records);
      await db.deleteFrom('unreadable_events').where('sequence', 'in', unreadable.limit(limit)).execute();
      const old = db.selectFrom('calls').select('id').where('ended_at', '<', before.records).limit(limit);
      const { numDeletedRows } = await db.deleteFrom('calls').where('id', 'in', old).executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    });
  }

  progress(): Promise<number> {
    return this.#work(async (db) => {
      const row = await db
        .selectFrom('consumer_progress')
        .select('sequence')
        .where('consumer', '=', consumerName)
        .executeTakeFirst();
      return row?.sequence ?? 0;
    });
  }

  close(): Promise<void> {
    return this.#db.destroy();
  }

  async #work<Answer>(run: (db: Kysely<Tables>) => Promise<Answer>): Promise<Answer> {
    try {
      await this.#migrated();
      return await run(this.#db);
    } catch (error) {
      throw storeFault(error);
    }
  }

  /** Once; after a failure the next work tries again. */
  #migrated(): Promise<void> {
    this.#migrating ??= migrate(this.#db).then(this.#onMigrated, (error: unknown) => {
      this.#migrating = undefined;
      throw error;
    });
    return this.#migrating;
  }
}

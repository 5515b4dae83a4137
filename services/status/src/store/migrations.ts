import { type Kysely, type Migration, sql } from 'kysely';

/**
 * Forward only; a name once released never changes, and names sort in the order of their making. Instants are milliseconds
 * since the epoch, as everywhere in Trunkline.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-calls': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('calls')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('account', 'text')
        .addColumn('edge', 'text', (column) => column.notNull())
        .addColumn('direction', 'text', (column) => column.notNull())
        .addColumn('trunk', 'text')
        .addColumn('trunk_name', 'text')
        .addColumn('agent', 'text')
        .addColumn('agent_name', 'text')
        .addColumn('from', 'text', (column) => column.notNull())
        .addColumn('to', 'text', (column) => column.notNull())
        .addColumn('started_at', 'bigint', (column) => column.notNull())
        .addColumn('ringing_at', 'bigint')
        .addColumn('answered_at', 'bigint')
        .addColumn('ended_at', 'bigint', (column) => column.notNull())
        .addColumn('post_dial_delay_ms', 'bigint')
        .addColumn('duration_ms', 'bigint', (column) => column.notNull())
        .addColumn('outcome', 'text', (column) => column.notNull())
        .addColumn('cause', 'text', (column) => column.notNull())
        .addColumn('status', 'bigint')
        .addColumn('record', sql`json`, (column) => column.notNull())
        .execute();
      for (const column of ['trunk', 'outcome', 'cause', 'from', 'to']) await newestFirst(db, ['account', column]);
      await newestFirst(db, ['account']);
      await db.schema.createIndex('calls_by_end').on('calls').column('ended_at').execute();
    },
  },
  '0002-live-calls': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('live_calls')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('updated_at', 'bigint', (column) => column.notNull())
        .addColumn('call', sql`json`, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('consumer_progress')
        .addColumn('consumer', 'text', (column) => column.primaryKey())
        .addColumn('sequence', 'bigint', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('unreadable_events')
        .addColumn('sequence', 'bigint', (column) => column.primaryKey())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('payload', 'text', (column) => column.notNull())
        .execute();
    },
  },
};

/** Serves a filter on `columns` page by page without sorting. */
async function newestFirst(db: Kysely<unknown>, columns: readonly string[]): Promise<void> {
  await db.schema
    .createIndex(`calls_by_${columns.join('_')}`)
    .on('calls')
    .columns([...columns, 'started_at desc', 'id desc'])
    .execute();
}

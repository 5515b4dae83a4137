import { sql } from 'kysely';
import type { Store } from '../store.ts';
import { createAgentStore } from './agent-store.ts';
import { createCleaningStore } from './cleaning-store.ts';
import { createExecutionStore } from './execution-store.ts';
import { guard } from './guard.ts';
import { createJournalStore } from './journal-store.ts';
import { migrate } from './migrate.ts';
import { openPool } from './open-pool.ts';
import { createPublicationStore } from './publication-store.ts';
import { createTokenStore } from './token-store.ts';
import { createTrunkStore } from './trunk-store.ts';
import { createAgentWrites } from './write-agents.ts';
import { createExecutionWrites } from './write-executions.ts';
import { createTokenWrites } from './write-tokens.ts';
import { createTrunkWrites } from './write-trunks.ts';

export interface PgStoreParts {
  /** `postgresql://user:password@host:port/database` */
  readonly url: string;
  /** Hears of connections that broke while idle; the next use opens another. */
  readonly onIdleError: (error: Error) => void;
  /** Hears of every statement, without its values. */
  readonly onStatement?: (sql: string) => void;
}

/** The store on PostgreSQL 15 or later. Connects when first used and again whenever the database is back. */
export function createPgStore(parts: PgStoreParts): Store {
  const { db, close } = openPool(parts);
  return {
    ...createTrunkStore(db),
    ...createAgentStore(db),
    ...createTokenStore(db),
    ...createJournalStore(db),
    ...createPublicationStore(db),
    ...createExecutionStore(db),
    ...createCleaningStore(db),
    by: (author) => ({
      ...createTrunkWrites(db, author),
      ...createAgentWrites(db, author),
      ...createTokenWrites(db, author),
      ...createExecutionWrites(db, author),
    }),
    prepare: () => guard(() => migrate(db)),
    check: () =>
      guard(async () => {
        await sql`select 1`.execute(db);
      }),
    close,
  };
}

import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.ts';

/** Type number of int8 in PostgreSQL's catalogue. Ours are instants and counters, all below 2^53. */
const int8 = 20;

const settings = {
  /** Connections of one config process. */
  max: 10,
  connectionTimeoutMillis: 3_000,
  idleTimeoutMillis: 30_000,
  /** The server gives a statement up after this. */
  statement_timeout: 10_000,
  /** The client does so a little later, when the server says nothing at all. */
  query_timeout: 12_000,
  keepAlive: true,
};

export interface Pool {
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

/** Connects when first used. `onIdleError` hears of connections that break while nobody uses them. */
export function openPool({
  url,
  onIdleError,
  onStatement,
}: {
  readonly url: string;
  readonly onIdleError: (error: Error) => void;
  readonly onStatement?: (sql: string) => void;
}): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'trunkline-config',
    ...settings,
    types: {
      getTypeParser: (type: number, format?: 'text' | 'binary') =>
        type === int8
          ? Number
          : format === 'binary'
            ? pg.types.getTypeParser(type, 'binary')
            : pg.types.getTypeParser(type),
    } as pg.CustomTypesConfig,
  });
  pool.on('error', onIdleError);
  // A connection may also break between two statements of a transaction; the next statement then fails and tells the caller.
  pool.on('connect', (client) => client.on('error', onIdleError));
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    ...(onStatement === undefined ? {} : { log: ({ query }) => onStatement(query.sql) }),
  });
  return { db, close: () => db.destroy() };
}

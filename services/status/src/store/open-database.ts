import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.ts';

/** PostgreSQL's type number of `bigint`; ours are milliseconds and counts, which a JavaScript number holds exactly. */
const bigintOid = 20;

const maxConnections = 8;
const connectDeadline_ms = 2_000;
const statementDeadline_ms = 10_000;

/**
 * Connects on first use. `onBroken` hears of connections that break, whether or not anybody uses them just then; who does
 * hears of it from the query.
 */
export function openDatabase(url: string, onBroken: (error: unknown) => void): Kysely<Tables> {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectDeadline_ms,
    statement_timeout: statementDeadline_ms,
    query_timeout: statementDeadline_ms + 1_000,
    idle_in_transaction_session_timeout: statementDeadline_ms,
    keepAlive: true,
    application_name: 'trunkline-status',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === bigintOid ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  pool.on('error', onBroken);
  // The pool listens to idle clients only. One that breaks between two queries of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', onBroken));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

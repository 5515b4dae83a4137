import { StoreUnavailable } from '../faults.ts';
import { serverError } from './conflict-of.ts';

/** How often a transaction is tried that another one got in the way of. */
const attempts = 5;

/** SQLSTATE: serialization_failure, deadlock_detected, and foreign_key_violation of a row that appeared meanwhile. */
const collided: ReadonlySet<string> = new Set(['40001', '40P01', '23503']);

/**
 * SQLSTATE: connection exception, operator intervention (and the statement's deadline), want of room, system error, a server
 * that only reads, a database or a table that is not there yet, or a user or password that is not accepted: whoever mends
 * that mends it without us.
 */
const unavailableState = /^(08|28|57|53|58|25006|3D000|42P01)/;

/** System errors and those that the driver only has words for. */
const unavailableCode = /^(ECONN|EPIPE|ENOENT|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET)/;
const unavailableText =
  /Connection terminated|connection timeout|timeout exceeded|Query read timeout|not queryable|Client was closed|driver has already been destroyed|^SASL:/i;

export function isUnavailable(error: unknown): boolean {
  const code = serverError(error)?.code ?? '';
  return (
    unavailableState.test(code) ||
    unavailableCode.test(code) ||
    (error instanceof Error && unavailableText.test(error.message))
  );
}

/** One sentence for whoever reads `/ready`, which is open: the error's own text may quote credentials. */
function reasonOf(error: unknown): string {
  const code = serverError(error)?.code ?? '';
  const text = error instanceof Error ? error.message : '';
  if (code.startsWith('28') || text.startsWith('SASL:')) return 'the database refuses the user or the password';
  return code === '3D000' ? 'the database server has no database of that name' : 'the database does not answer';
}

/**
 * Runs one piece of work on the database. A collision with another transaction is tried again; a database that is away
 * becomes StoreUnavailable; anything else is thrown as it is.
 */
export async function guard<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (isUnavailable(error)) throw new StoreUnavailable(reasonOf(error), { cause: error });
      if (attempt === attempts || !collided.has(serverError(error)?.code ?? '')) throw error;
    }
  }
}

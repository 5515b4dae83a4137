import type { Kysely, Transaction } from 'kysely';
import { type Result, refuse } from '../../result.ts';
import type { Conflict } from '../faults.ts';
import { conflictOf } from './conflict-of.ts';
import { guard } from './guard.ts';
import type { Tables } from './tables.ts';
import { Undo } from './undo.ts';

/** Runs one transaction; a broken rule of the tables becomes a value. */
export async function transact<T, Fault>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<Result<T, Fault>>,
): Promise<Result<T, Fault | Conflict>> {
  return await guard(async () => {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      const conflict = error instanceof Undo ? error.conflict : conflictOf(error);
      if (conflict === undefined) throw error;
      return refuse(conflict);
    }
  });
}

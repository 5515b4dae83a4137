import type { TrunkId } from '@trunkline/contracts/ids';
import type { Kysely, Transaction } from 'kysely';
import { accept, type Result, refuse } from '../../result.ts';
import { describeTrunkChange } from '../describe-change.ts';
import { type Conflict, type NotFound, notFound } from '../faults.ts';
import { judgeDraft } from '../judge-draft.ts';
import { mostTrunks } from '../limits.ts';
import type { Author, StoredTrunk, Writes } from '../store.ts';
import { findOverlap } from './find-overlap.ts';
import { nameHolder } from './name-holder.ts';
import { selectTrunks, storedTrunk } from './read-trunks.ts';
import type { Tables } from './tables.ts';
import { transact } from './transact.ts';
import { Undo } from './undo.ts';
import { writeJournal } from './write-journal.ts';
import { insertTrunk, noteTrunk, updateTrunk } from './write-trunk.ts';

type TrunkWrites = Pick<Writes, 'createTrunk' | 'changeTrunk' | 'deleteTrunk'>;

export function createTrunkWrites(db: Kysely<Tables>, author: Author): TrunkWrites {
  const { account } = author;
  /** Who holds what was wanted is asked once the transaction is over. */
  const named = async <T, Fault>(result: Result<T, Fault | Conflict>): Promise<Result<T, Fault | Conflict>> => {
    if (result.ok || !isConflict(result.fault)) return result;
    return refuse(await nameHolder(db, account, result.fault));
  };

  return {
    createTrunk: async (draft) =>
      named(
        await transact<StoredTrunk, Conflict>(db, async (trx) => {
          const { trunk } = draft;
          const conflict = judgeDraft(trunk);
          if (conflict !== undefined) return refuse(conflict);
          const short_id = await takeShortId(trx, author);
          if (short_id === undefined) return refuse({ kind: 'account-full', most: mostTrunks });
          await insertTrunk(trx, draft, short_id);
          const overlap = await findOverlap(trx, trunk);
          if (overlap !== undefined) throw new Undo(overlap);
          const stored: StoredTrunk = { ...draft, short_id, version: 1 };
          const changes = describeTrunkChange(undefined, trunk);
          await writeJournal(trx, author, { action: 'trunk.created', target: trunk, changes }, stored);
          return accept(stored);
        }),
      ),

    changeTrunk: async <Fault>(id: TrunkId, decide: Parameters<TrunkWrites['changeTrunk']>[1]) =>
      named(
        await transact<StoredTrunk, Fault | Conflict | NotFound>(db, async (trx) => {
          const present = await lockTrunk(trx, author, id);
          if (present === undefined) return refuse(notFound);
          const decided = decide(present);
          if (!decided.ok) return refuse(decided.fault as Fault);
          const { trunk } = decided.value;
          const conflict = judgeDraft(trunk);
          if (conflict !== undefined) return refuse(conflict);
          await updateTrunk(trx, present, decided.value);
          const overlap = await findOverlap(trx, trunk);
          if (overlap !== undefined) throw new Undo(overlap);
          const stored = { ...decided.value, short_id: present.short_id, version: present.version + 1 };
          const changes = describeTrunkChange(present.trunk, trunk);
          await writeJournal(trx, author, { action: 'trunk.changed', target: trunk, changes }, stored);
          return accept(stored);
        }),
      ),

    deleteTrunk: <Fault>(id: TrunkId, judge: (present: StoredTrunk) => Result<unknown, Fault>) =>
      transact<{ numbers_removed: number }, Fault | Conflict | NotFound>(db, async (trx) => {
        const present = await lockTrunk(trx, author, id);
        if (present === undefined) return refuse(notFound);
        const judged = judge(present);
        if (!judged.ok) return judged;
        await trx.deleteFrom('trunks').where('id', '=', id).execute();
        await trx
          .updateTable('numbers')
          .set({ deleted_at: author.at, updated_at: author.at, live: false, agent_id: null })
          .where('trunk_id', '=', id)
          .where('deleted_at', 'is', null)
          .execute();
        await noteTrunk(trx, present.trunk);
        const written = { numbers_removed: present.trunk.numbers.length };
        const changes = describeTrunkChange(present.trunk, undefined);
        await writeJournal(trx, author, { action: 'trunk.deleted', target: present.trunk, changes }, written);
        return accept(written);
      }),
  };
}

function isConflict(fault: unknown): fault is Conflict {
  return typeof fault === 'object' && fault !== null && 'holder' in fault;
}

/** Undefined when the account is full. Its row stays locked, so trunks of one account are made one after the other. */
async function takeShortId(trx: Transaction<Tables>, { account }: Author): Promise<number | undefined> {
  const { trunks_made } = await trx
    .updateTable('accounts')
    .set((from) => ({ trunks_made: from('trunks_made', '+', 1) }))
    .where('id', '=', account)
    .returning('trunks_made')
    .executeTakeFirstOrThrow();
  if (trunks_made <= mostTrunks) return trunks_made;
  const { count } = await trx
    .selectFrom('trunks')
    .select((from) => from.fn.countAll<number>().as('count'))
    .where('account_id', '=', account)
    .executeTakeFirstOrThrow();
  return count >= mostTrunks ? undefined : trunks_made;
}

/** The row lock makes changes of one trunk follow one another, each deciding on what the former left. */
async function lockTrunk(trx: Transaction<Tables>, { account }: Author, id: TrunkId): Promise<StoredTrunk | undefined> {
  const own = trx.selectFrom('trunks').select('id').where('account_id', '=', account).where('id', '=', id);
  const locked = await own.forUpdate().executeTakeFirst();
  const row = locked && (await selectTrunks(trx).where('trunks.id', '=', id).executeTakeFirst());
  return row === undefined ? undefined : storedTrunk(row);
}

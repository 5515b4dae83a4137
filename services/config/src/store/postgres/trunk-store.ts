import type { AccountId, NumberId, TrunkId } from '@trunkline/contracts/ids';
import { trunkKey } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import type { Kysely } from 'kysely';
import { accept, type Result, refuse } from '../../result.ts';
import { tooLarge } from '../documents.ts';
import { type Conflict, type NotFound, notFound } from '../faults.ts';
import { mostTrunks } from '../limits.ts';
import type { Decide, StoredTrunk, TrunkStore } from '../store.ts';
import { guard } from './guard.ts';
import { selectTrunks, storedTrunk } from './read-trunks.ts';
import type { Tables } from './tables.ts';
import { transact } from './transact.ts';
import { insertTrunk, updateTrunk } from './write-trunk.ts';

type Db = Kysely<Tables>;

export function createTrunkStore(db: Db): TrunkStore {
  return {
    createTrunk: (stored) => createTrunk(db, stored),
    trunk: (account, id) =>
      guard(async () => {
        const own = selectTrunks(db).where('account_id', '=', account);
        const row = await own.where('trunks.id', '=', id).executeTakeFirst();
        return row === undefined ? undefined : storedTrunk(row);
      }),
    trunks: (account, { is_active }) =>
      guard(async () => {
        const all = selectTrunks(db).where('account_id', '=', account);
        const wanted = is_active === undefined ? all : all.where('is_active', '=', is_active);
        const rows = await wanted.orderBy('trunks.created_at').orderBy('trunks.id').limit(mostTrunks).execute();
        return rows.map(storedTrunk);
      }),
    changeTrunk: (account, id, decide) => changeTrunk(db, account, id, decide),
    deleteTrunk: (account, id, now) => deleteTrunk(db, account, id, now),
    numberHolder: (account, id) => numberHolder(db, account, id),
  };
}

function createTrunk(db: Db, stored: StoredTrunk): Promise<Result<StoredTrunk, Conflict>> {
  return transact<StoredTrunk, Conflict>(db, async (trx) => {
    const large = tooLarge(stored.trunk);
    if (large !== undefined) return refuse(large);
    const { count } = await trx
      .selectFrom('trunks')
      .select((from) => from.fn.countAll<number>().as('count'))
      .where('account_id', '=', stored.trunk.account)
      .executeTakeFirstOrThrow();
    if (count >= mostTrunks) return refuse({ kind: 'account-full', most: mostTrunks });
    await insertTrunk(trx, stored);
    return accept(stored);
  });
}

/** The row lock makes changes of one trunk follow one another, each deciding on what the former left. */
function changeTrunk<Fault>(
  db: Db,
  account: AccountId,
  id: TrunkId,
  decide: Decide<StoredTrunk, Fault>,
): Promise<Result<StoredTrunk, Fault | Conflict | NotFound>> {
  return transact<StoredTrunk, Fault | Conflict | NotFound>(db, async (trx) => {
    const own = trx.selectFrom('trunks').select('id').where('account_id', '=', account).where('id', '=', id);
    const locked = await own.forUpdate().executeTakeFirst();
    const row = locked && (await selectTrunks(trx).where('trunks.id', '=', id).executeTakeFirst());
    if (row === undefined) return refuse(notFound);
    const present = storedTrunk(row);
    const decided = decide(present);
    if (!decided.ok) return decided;
    const large = tooLarge(decided.value.trunk);
    if (large !== undefined) return refuse(large);
    await updateTrunk(trx, present, decided.value);
    return decided;
  });
}

function deleteTrunk(
  db: Db,
  account: AccountId,
  id: TrunkId,
  now: Instant,
): Promise<Result<{ readonly numbers_removed: number }, NotFound>> {
  return guard(() =>
    db.transaction().execute(async (trx) => {
      const own = trx.deleteFrom('trunks').where('account_id', '=', account).where('id', '=', id);
      const gone = await own.executeTakeFirst();
      if (gone.numDeletedRows === 0n) return refuse(notFound);
      const numbers = await trx
        .updateTable('numbers')
        .set({ deleted_at: now, updated_at: now, live: false, agent_id: null })
        .where('trunk_id', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      await trx
        .insertInto('outbox')
        .values({ bucket: 'trunks', key: trunkKey(account, id) })
        .execute();
      return accept({ numbers_removed: Number(numbers.numUpdatedRows) });
    }),
  );
}

function numberHolder(db: Db, account: AccountId, id: NumberId): Promise<TrunkId | undefined> {
  return guard(async () => {
    const row = await db
      .selectFrom('numbers')
      .select('trunk_id')
      .where('account_id', '=', account)
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row?.trunk_id;
  });
}

import { trunkKey } from '@trunkline/contracts/nats-map';
import type { Trunk } from '@trunkline/contracts/trunk';
import type { Kysely } from 'kysely';
import { accept, refuse } from '../../result.ts';
import { type Conflict, type NotFound, notFound } from '../faults.ts';
import { mostTrunks } from '../limits.ts';
import type { Decide, StoredTrunk, TrunkStore } from '../store.ts';
import { guard } from './guard.ts';
import { selectTrunks, storedTrunk } from './read-trunks.ts';
import type { Tables } from './tables.ts';
import { transact } from './transact.ts';
import { insertTrunk, updateTrunk } from './write-trunk.ts';

export function createTrunkStore(db: Kysely<Tables>): TrunkStore {
  return {
    createTrunk: (stored) =>
      transact<StoredTrunk, Conflict>(db, async (trx) => {
        const { count } = await trx
          .selectFrom('trunks')
          .select((from) => from.fn.countAll<number>().as('count'))
          .where('account_id', '=', stored.trunk.account)
          .executeTakeFirstOrThrow();
        if (count >= mostTrunks) return refuse({ kind: 'account-full', most: mostTrunks });
        await insertTrunk(trx, stored);
        return accept(stored);
      }),

    trunk: (account, id) =>
      guard(async () => {
        const row = await selectTrunks(db)
          .where('account_id', '=', account)
          .where('trunks.id', '=', id)
          .executeTakeFirst();
        return row === undefined ? undefined : storedTrunk(row);
      }),

    trunks: (account, { is_active }) =>
      guard(async () => {
        const all = selectTrunks(db).where('account_id', '=', account);
        const wanted = is_active === undefined ? all : all.where('is_active', '=', is_active);
        return (await wanted.orderBy('trunks.created_at').orderBy('trunks.id').limit(mostTrunks).execute()).map(
          storedTrunk,
        );
      }),

    changeTrunk: <Fault>(account: Trunk['account'], id: Trunk['id'], decide: Decide<StoredTrunk, Fault>) =>
      transact<StoredTrunk, Fault | NotFound>(db, async (trx) => {
        const locked = await trx
          .selectFrom('trunks')
          .select('id')
          .where('account_id', '=', account)
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst();
        const row = locked && (await selectTrunks(trx).where('trunks.id', '=', id).executeTakeFirst());
        if (row === undefined) return refuse(notFound);
        const present = storedTrunk(row);
        const decided = decide(present);
        if (decided.ok) await updateTrunk(trx, present, decided.value);
        return decided;
      }),

    deleteTrunk: (account, id, now) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          const gone = await trx
            .deleteFrom('trunks')
            .where('account_id', '=', account)
            .where('id', '=', id)
            .executeTakeFirst();
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
      ),

    numberHolder: (account, id) =>
      guard(async () => {
        const row = await db
          .selectFrom('numbers')
          .select('trunk_id')
          .where('account_id', '=', account)
          .where('id', '=', id)
          .where('deleted_at', 'is', null)
          .executeTakeFirst();
        return row?.trunk_id;
      }),
  };
}

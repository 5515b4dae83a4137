import type { AccountId, NumberId, TrunkId } from '@trunkline/contracts/ids';
import type { Kysely } from 'kysely';
import { mostTrunks } from '../limits.ts';
import type { TrunkStore } from '../store.ts';
import { guard } from './guard.ts';
import { afterLast } from './page.ts';
import { selectTrunks, storedTrunk } from './read-trunks.ts';
import type { Tables } from './tables.ts';

export function createTrunkStore(db: Kysely<Tables>): TrunkStore {
  return {
    trunk: (account, id) =>
      guard(async () => {
        const own = selectTrunks(db).where('account_id', '=', account);
        const row = await own.where('trunks.id', '=', id).executeTakeFirst();
        return row === undefined ? undefined : storedTrunk(row);
      }),
    trunkByShortId: (account, short_id) =>
      guard(async () => {
        const own = selectTrunks(db).where('account_id', '=', account);
        const row = await own.where('trunks.short_id', '=', short_id).executeTakeFirst();
        return row === undefined ? undefined : storedTrunk(row);
      }),
    trunks: (account, { is_active, limit = mostTrunks, after }) =>
      guard(async () => {
        let wanted = selectTrunks(db).where('account_id', '=', account);
        if (is_active !== undefined) wanted = wanted.where('is_active', '=', is_active);
        if (after !== undefined) wanted = wanted.where(afterLast('trunks.created_at', 'trunks.id', after));
        const rows = await wanted.orderBy('trunks.created_at').orderBy('trunks.id').limit(limit).execute();
        return rows.map(storedTrunk);
      }),
    numberHolder: (account, id) => numberHolder(db, account, id),
  };
}

function numberHolder(db: Kysely<Tables>, account: AccountId, id: NumberId): Promise<TrunkId | undefined> {
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

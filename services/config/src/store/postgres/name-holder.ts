import type { AccountId } from '@trunkline/contracts/ids';
import type { Kysely } from 'kysely';
import type { Conflict, Holder } from '../faults.ts';
import type { Tables } from './tables.ts';

/** The conflict with the other trunk's name, where that is the same account's. The same queries are made either way. */
export async function nameHolder(db: Kysely<Tables>, account: AccountId, conflict: Conflict): Promise<Conflict> {
  if (conflict.kind === 'number-taken') {
    const { number } = conflict;
    const found = await trunksOf(db, account)
      .innerJoin('numbers', 'numbers.trunk_id', 'trunks.id')
      .where('numbers.claim', 'in', [number, `${account}:${number}`])
      .where('live', '=', true)
      .executeTakeFirst();
    return { ...conflict, holder: holderOf(found) };
  }
  if (conflict.kind === 'identity-taken') {
    const found = await trunksOf(db, account)
      .innerJoin('identities', 'identities.trunk_id', 'trunks.id')
      .where('identities.key', '=', `${conflict.username}@${conflict.place ?? ''}`)
      .executeTakeFirst();
    return { ...conflict, holder: holderOf(found) };
  }
  return conflict;
}

function trunksOf(db: Kysely<Tables>, account: AccountId) {
  return db.selectFrom('trunks').select(['trunks.id as trunk', 'trunks.name']).where('trunks.account_id', '=', account);
}

function holderOf(found: NonNullable<Holder> | undefined): Holder {
  return found === undefined ? null : { trunk: found.trunk, name: found.name };
}

import type { AccountId } from '@trunkline/contracts/ids';
import { agentKey, trunkKey } from '@trunkline/contracts/nats-map';
import type { Kysely, Transaction } from 'kysely';
import type { JournalStore } from '../store.ts';
import { guard } from './guard.ts';
import type { Tables } from './tables.ts';

export function createJournalStore(db: Kysely<Tables>): JournalStore {
  return {
    audit: (account, { before, limit }) =>
      guard(async () => {
        const own = db.selectFrom('audit').selectAll().where('account_id', '=', account);
        const older = before === undefined ? own : own.where('id', '<', before);
        const rows = await older.orderBy('id', 'desc').limit(limit).execute();
        return rows.map((row) => ({
          id: row.id,
          at: row.at,
          by: { id: row.token_id, name: row.token_name },
          request: row.request,
          action: row.action,
          target: { id: row.target_id, name: row.target_name },
          changes: row.changes.map(({ field, from, to }) => ({ field, from, to })),
        }));
      }),

    answered: (account, key, since) =>
      guard(() =>
        db
          .selectFrom('once')
          .select(['fingerprint', 'answer'])
          .where('account_id', '=', account)
          .where('key', '=', key)
          .where('at', '>=', since)
          .executeTakeFirst(),
      ),

    reseal: (work) => guard(() => db.transaction().execute((trx) => reseal(trx, work))),
  };
}

const keyOf = { trunks: trunkKey, agents: agentKey } as const;

async function reseal(
  trx: Transaction<Tables>,
  { kind, current, after, limit, again }: Parameters<JournalStore['reseal']>[0],
): ReturnType<JournalStore['reseal']> {
  const stale = trx
    .selectFrom(kind)
    .select(['id', 'account_id', 'auth_password'])
    .where('auth_password', 'is not', null)
    .where('auth_password', 'not like', `${current.replace(/[_%\\]/g, '\\$&')}%` as never)
    .orderBy('id')
    .limit(limit)
    .forUpdate();
  const rows = await (after === undefined ? stale : stale.where('id', '>', after as never)).execute();
  let resealed = 0;
  for (const { id, account_id, auth_password } of rows) {
    const fresh = auth_password === null ? undefined : again(auth_password, account_id as AccountId, id);
    if (fresh === undefined) continue;
    await trx
      .updateTable(kind)
      .set({ auth_password: fresh })
      .where('id', '=', id as never)
      .execute();
    await trx
      .insertInto('outbox')
      .values({ bucket: kind, key: keyOf[kind](account_id as never, id as never) })
      .execute();
    resealed += 1;
  }
  return { next: rows.length < limit ? undefined : rows.at(-1)?.id, resealed };
}

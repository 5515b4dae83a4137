import type { Access } from '@trunkline/contracts/access';
import type { Insertable, Kysely, Transaction } from 'kysely';
import { mostAccounts, mostTokens } from '../limits.ts';
import type { Bootstrap, StoredToken, TokenStore } from '../store.ts';
import { guard } from './guard.ts';
import type { Tables } from './tables.ts';

export function tokenRow({ account, ...token }: StoredToken): Insertable<Tables['tokens']> {
  return { ...token, account_id: account };
}

export async function noteToken(trx: Transaction<Tables>, hash: string): Promise<void> {
  await trx.insertInto('outbox').values({ bucket: 'tokens', key: hash }).execute();
}

export const tokenColumns = [
  'id',
  'hash',
  'account_id as account',
  'role',
  'name',
  'expires_at',
  'created_at',
] as const;

/** Tokens with what they allow. */
export function selectAccess(db: Kysely<Tables>) {
  return db
    .selectFrom('tokens')
    .innerJoin('accounts', 'accounts.id', 'tokens.account_id')
    .select([
      'tokens.hash',
      'tokens.id',
      'tokens.name as token_name',
      'accounts.id as account',
      'role',
      'operator',
      'expires_at',
    ]);
}

export function accessOf(row: Access): Access {
  return { account: row.account, role: row.role, operator: row.operator, expires_at: row.expires_at };
}

export function createTokenStore(db: Kysely<Tables>): TokenStore {
  return {
    access: (hash) =>
      guard(async () => {
        const row = await selectAccess(db).where('hash', '=', hash).executeTakeFirst();
        return row === undefined ? undefined : { ...accessOf(row), token: { id: row.id, name: row.token_name } };
      }),

    bootstrap: (wanted) => guard(() => db.transaction().execute((trx) => bootstrap(trx, wanted))),

    tokens: (account) =>
      guard(() =>
        db
          .selectFrom('tokens')
          .select(tokenColumns)
          .where('account_id', '=', account)
          .orderBy('created_at')
          .orderBy('id')
          .limit(mostTokens)
          .execute(),
      ),

    accounts: () =>
      guard(() =>
        db
          .selectFrom('accounts')
          .select(['id', 'name', 'operator', 'created_at'])
          .orderBy('created_at')
          .orderBy('id')
          .limit(mostAccounts)
          .execute(),
      ),
  };
}

async function bootstrap(trx: Transaction<Tables>, { account, token }: Bootstrap): Promise<void> {
  await trx
    .insertInto('accounts')
    .values({ ...account, operator: true, created_at: token.created_at })
    .onConflict((conflict) => conflict.constraint('accounts_name').doNothing())
    .execute();
  const { id } = await trx
    .selectFrom('accounts')
    .select('id')
    .where('name', '=', account.name)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const withdrawn = await trx
    .deleteFrom('tokens')
    .where('account_id', '=', id)
    .where('name', '=', token.name)
    .where('hash', '!=', token.hash)
    .returning('hash')
    .execute();
  const added = await trx
    .insertInto('tokens')
    .values(tokenRow({ ...token, account: id }))
    .onConflict((conflict) => conflict.constraint('tokens_hash').doNothing())
    .returning('hash')
    .execute();
  for (const { hash } of [...withdrawn, ...added]) await noteToken(trx, hash);
}

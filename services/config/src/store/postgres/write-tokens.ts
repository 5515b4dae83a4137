import type { Kysely, Transaction } from 'kysely';
import { accept, refuse } from '../../result.ts';
import { type Conflict, type NotFound, notFound } from '../faults.ts';
import { mostAccounts, mostTokens } from '../limits.ts';
import type { Author, StoredAccount, StoredToken, Writes } from '../store.ts';
import type { Tables } from './tables.ts';
import { noteToken, tokenColumns, tokenRow } from './token-store.ts';
import { transact } from './transact.ts';
import { writeJournal } from './write-journal.ts';

type TokenWrites = Pick<Writes, 'createToken' | 'rotateToken' | 'deleteToken' | 'createAccount'>;

export function createTokenWrites(db: Kysely<Tables>, author: Author): TokenWrites {
  const { account } = author;
  return {
    createToken: (token) =>
      transact<StoredToken, Conflict>(db, async (trx) => {
        if ((await countTokens(trx, author)) >= mostTokens) return refuse({ kind: 'account-full', most: mostTokens });
        await insertToken(trx, token);
        const changes = [{ field: 'role', from: null, to: token.role }];
        await writeJournal(trx, author, { action: 'token.created', target: token, changes }, token);
        return accept(token);
      }),

    rotateToken: (id, { old_ends_at, ...fresh }) =>
      transact<{ fresh: StoredToken; old_hash: string }, Conflict | NotFound>(db, async (trx) => {
        if ((await countTokens(trx, author)) >= mostTokens) return refuse({ kind: 'account-full', most: mostTokens });
        const own = trx.selectFrom('tokens').select(tokenColumns).where('account_id', '=', account);
        const old = await own.where('id', '=', id).forUpdate().executeTakeFirst();
        if (old === undefined) return refuse(notFound);
        const ends_at = old.expires_at === null ? old_ends_at : Math.min(old.expires_at, old_ends_at);
        await trx
          .updateTable('tokens')
          .set({ expires_at: ends_at as typeof old_ends_at })
          .where('id', '=', id)
          .execute();
        await noteToken(trx, old.hash);
        const token = { ...old, ...fresh };
        await insertToken(trx, token);
        const changes = [{ field: 'token', from: old.id, to: token.id }];
        const written = { fresh: token, old_hash: old.hash };
        await writeJournal(trx, author, { action: 'token.rotated', target: old, changes }, written);
        return accept(written);
      }),

    deleteToken: (id) =>
      transact<StoredToken, Conflict | NotFound>(db, async (trx) => {
        if (await isLastOwner(trx, author, id)) return refuse({ kind: 'last-owner' });
        const gone = await trx
          .deleteFrom('tokens')
          .where('account_id', '=', account)
          .where('id', '=', id)
          .returning(tokenColumns)
          .executeTakeFirst();
        if (gone === undefined) return refuse(notFound);
        await noteToken(trx, gone.hash);
        await writeJournal(trx, author, { action: 'token.deleted', target: gone, changes: [] }, gone);
        return accept(gone);
      }),

    createAccount: (made, token) =>
      transact<StoredAccount, Conflict>(db, async (trx) => {
        const { count } = await trx
          .selectFrom('accounts')
          .select((from) => from.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        if (count >= mostAccounts) return refuse({ kind: 'account-full', most: mostAccounts });
        await trx.insertInto('accounts').values(made).execute();
        await insertToken(trx, token);
        await writeJournal(trx, author, { action: 'account.created', target: made, changes: [] }, made);
        return accept(made);
      }),
  };
}

/** The account's row stays locked, so that of two owners who delete one another one stays. */
async function isLastOwner(trx: Transaction<Tables>, { account, at }: Author, id: string): Promise<boolean> {
  await trx.selectFrom('accounts').select('id').where('id', '=', account).forUpdate().execute();
  const owners = await trx
    .selectFrom('tokens')
    .select('id')
    .where('account_id', '=', account)
    .where('role', '=', 'owner')
    .where((from) => from.or([from('expires_at', 'is', null), from('expires_at', '>', at)]))
    .limit(2)
    .execute();
  return owners.length === 1 && owners[0]?.id === id;
}

async function insertToken(trx: Transaction<Tables>, token: StoredToken): Promise<void> {
  await trx.insertInto('tokens').values(tokenRow(token)).execute();
  await noteToken(trx, token.hash);
}

async function countTokens(trx: Transaction<Tables>, { account }: Author): Promise<number> {
  const { count } = await trx
    .selectFrom('tokens')
    .select((from) => from.fn.countAll<number>().as('count'))
    .where('account_id', '=', account)
    .executeTakeFirstOrThrow();
  return count;
}

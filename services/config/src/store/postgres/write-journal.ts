import type { Transaction } from 'kysely';
import type { AuditEntry } from '../audit-entry.ts';
import { answersKept_ms } from '../limits.ts';
import type { Author } from '../store.ts';
import type { Tables } from './tables.ts';

/** Ends a change: who did what, and what to answer should the request come again. */
export async function writeJournal(
  trx: Transaction<Tables>,
  author: Author,
  done: Pick<AuditEntry, 'action' | 'target' | 'changes'>,
  written: unknown,
): Promise<void> {
  const { account, token, once } = author;
  await trx
    .insertInto('audit')
    .values({
      id: author.entry,
      account_id: account,
      at: author.at,
      token_id: token.id,
      token_name: token.name,
      request: author.request,
      action: done.action,
      target_id: done.target.id,
      target_name: done.target.name,
      changes: JSON.stringify(done.changes),
    })
    .execute();
  if (once === undefined) return;
  const kept_since = author.at - answersKept_ms;
  await trx
    .deleteFrom('once')
    .where('account_id', '=', account)
    .where('at', '<', kept_since as never)
    .execute();
  const { key, fingerprint } = once;
  const row = { account_id: account, key, fingerprint, answer: once.answer(written), at: author.at };
  await trx.insertInto('once').values(row).execute();
}

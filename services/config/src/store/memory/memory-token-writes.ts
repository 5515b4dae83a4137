import type { Instant } from '@trunkline/contracts/time';
import { accept, refuse } from '../../result.ts';
import { notFound } from '../faults.ts';
import { mostAccounts, mostTokens } from '../limits.ts';
import type { Author, StoredToken, Writes } from '../store.ts';
import { doneAlready, type MemoryState, writeJournal } from './memory-state.ts';

type TokenWrites = Pick<Writes, 'createToken' | 'rotateToken' | 'deleteToken' | 'createAccount'>;

export function memoryTokenWrites(state: MemoryState, demandPrepared: () => void, author: Author): TokenWrites {
  const { account } = author;
  const ofAccount = () => [...state.tokens.values()].filter((token) => token.account === account);
  const own = (id: string) => ofAccount().find((token) => token.id === id);
  const note = (hash: string) => state.outbox.push({ bucket: 'tokens', key: hash });
  const put = (token: StoredToken) => {
    state.tokens.set(token.id, token);
    note(token.hash);
  };

  return {
    async createToken(token) {
      demandPrepared();
      if (ofAccount().length >= mostTokens) return refuse({ kind: 'account-full', most: mostTokens });
      if (doneAlready(state, author)) return refuse({ kind: 'done-already' });
      put(token);
      const changes = [{ field: 'role', from: null, to: token.role }];
      writeJournal(state, author, { action: 'token.created', target: token, changes }, token);
      return accept(token);
    },
    async rotateToken(id, { old_ends_at, ...fresh }) {
      demandPrepared();
      if (ofAccount().length >= mostTokens) return refuse({ kind: 'account-full', most: mostTokens });
      const old = own(id);
      if (old === undefined) return refuse(notFound);
      if (doneAlready(state, author)) return refuse({ kind: 'done-already' });
      const ends_at = old.expires_at === null ? old_ends_at : Math.min(old.expires_at, old_ends_at);
      put({ ...old, expires_at: ends_at as Instant });
      const token = { ...old, ...fresh };
      put(token);
      const written = { fresh: token, old_hash: old.hash };
      const changes = [{ field: 'token', from: old.id, to: token.id }];
      writeJournal(state, author, { action: 'token.rotated', target: old, changes }, written);
      return accept(written);
    },
    async deleteToken(id) {
      demandPrepared();
      const token = own(id);
      if (token === undefined) return refuse(notFound);
      const owners = ofAccount().filter(({ role, expires_at }) => {
        return role === 'owner' && (expires_at === null || expires_at > author.at);
      });
      if (owners.length === 1 && owners[0] === token) return refuse({ kind: 'last-owner' });
      state.tokens.delete(id);
      note(token.hash);
      writeJournal(state, author, { action: 'token.deleted', target: token, changes: [] }, token);
      return accept(token);
    },
    async createAccount(made, token) {
      demandPrepared();
      if ([...state.accounts.values()].some(({ name }) => name === made.name)) return refuse({ kind: 'name-taken' });
      if (state.accounts.size >= mostAccounts) return refuse({ kind: 'account-full', most: mostAccounts });
      if (doneAlready(state, author)) return refuse({ kind: 'done-already' });
      state.accounts.set(made.id, made);
      put(token);
      writeJournal(state, author, { action: 'account.created', target: made, changes: [] }, made);
      return accept(made);
    },
  };
}

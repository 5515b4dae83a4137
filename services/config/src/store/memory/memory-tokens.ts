import type { StoredToken, TokenStore } from '../store.ts';
import type { MemoryState } from './memory-state.ts';

export function memoryTokens(state: MemoryState, demandPrepared: () => void): TokenStore {
  const all = () => [...state.tokens.values()];
  const ofAccount = (account: string) => all().filter((token) => token.account === account);
  const note = (hash: string) => state.outbox.push({ bucket: 'tokens', key: hash });
  const put = (token: StoredToken) => {
    state.tokens.set(token.id, token);
    note(token.hash);
  };
  const drop = (token: StoredToken) => {
    state.tokens.delete(token.id);
    note(token.hash);
  };

  return {
    async access(hash) {
      demandPrepared();
      const token = all().find((other) => other.hash === hash);
      if (token === undefined) return undefined;
      const { account, role, expires_at } = token;
      const operator = state.accounts.get(account)?.operator ?? false;
      return { account, role, operator, expires_at, token: { id: token.id, name: token.name } };
    },
    async bootstrap({ account, token }) {
      demandPrepared();
      const present = [...state.accounts.values()].find(({ name }) => name === account.name);
      const { id } = present ?? account;
      if (present === undefined) state.accounts.set(id, { ...account, operator: true, created_at: token.created_at });
      for (const other of ofAccount(id)) if (other.name === token.name && other.hash !== token.hash) drop(other);
      if (!all().some(({ hash }) => hash === token.hash)) put({ ...token, account: id });
    },
    async tokens(account) {
      demandPrepared();
      return ofAccount(account).sort((left, right) =>
        left.created_at === right.created_at ? (left.id < right.id ? -1 : 1) : left.created_at - right.created_at,
      );
    },
    async accounts() {
      demandPrepared();
      return [...state.accounts.values()].sort((left, right) => left.created_at - right.created_at);
    },
  };
}

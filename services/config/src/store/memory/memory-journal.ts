import { agentKey, trunkKey } from '@trunkline/contracts/nats-map';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { JournalStore } from '../store.ts';
import type { MemoryState } from './memory-state.ts';

export function memoryJournal(state: MemoryState, demandPrepared: () => void): JournalStore {
  return {
    async audit(account, { before, limit }) {
      demandPrepared();
      return state.audit
        .filter((each) => each.account === account && (before === undefined || each.entry.id < before))
        .map(({ entry }) => entry)
        .sort((left, right) => (left.id < right.id ? 1 : -1))
        .slice(0, limit);
    },
    async answered(account, key, since) {
      demandPrepared();
      const found = state.once.get(`${account} ${key}`);
      if (found === undefined || found.at < since) return undefined;
      return { fingerprint: found.fingerprint, answer: found.answer };
    },
    async reseal({ kind, current, after, limit, again }) {
      demandPrepared();
      const stale = sealsOf(state, kind)
        .filter(({ id, sealed }) => !sealed.startsWith(current) && (after === undefined || id > after))
        .sort((left, right) => (left.id < right.id ? -1 : 1))
        .slice(0, limit);
      let resealed = 0;
      for (const { id, account, sealed, put } of stale) {
        const fresh = again(sealed, account, id);
        if (fresh === undefined) continue;
        put(fresh);
        resealed += 1;
      }
      return { next: stale.length < limit ? undefined : stale.at(-1)?.id, resealed };
    },
  };
}

function sealsOf(state: MemoryState, kind: 'trunks' | 'agents') {
  if (kind === 'trunks') {
    return [...state.trunks.values()].flatMap((stored) => {
      const { id, account, auth } = stored.trunk;
      if (auth.kind !== 'userpass') return [];
      const put = (password: Sealed): void => {
        state.trunks.set(id, { ...stored, trunk: { ...stored.trunk, auth: { ...auth, password } } });
        state.outbox.push({ bucket: 'trunks', key: trunkKey(account, id) });
      };
      return [{ id: id as string, account, sealed: auth.password, put }];
    });
  }
  return [...state.agents.values()].flatMap((stored) => {
    const { id, account, auth } = stored.agent;
    if (auth === null) return [];
    const put = (password: Sealed): void => {
      state.agents.set(id, { ...stored, agent: { ...stored.agent, auth: { ...auth, password } } });
      state.outbox.push({ bucket: 'agents', key: agentKey(account, id) });
    };
    return [{ id: id as string, account, sealed: auth.password, put }];
  });
}

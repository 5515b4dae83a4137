import { trunkKey } from '@trunkline/contracts/nats-map';
import { accept, refuse } from '../../result.ts';
import { describeTrunkChange } from '../describe-change.ts';
import { notFound } from '../faults.ts';
import { mostTrunks } from '../limits.ts';
import type { Author, StoredTrunk, Writes } from '../store.ts';
import { doneAlready, type MemoryState, writeJournal } from './memory-state.ts';
import { trunkConflict } from './memory-trunk-conflict.ts';

type TrunkWrites = Pick<Writes, 'createTrunk' | 'changeTrunk' | 'deleteTrunk'>;

export function memoryTrunkWrites(state: MemoryState, demandPrepared: () => void, author: Author): TrunkWrites {
  const { account } = author;
  const own = (id: string): StoredTrunk | undefined => {
    const found = state.trunks.get(id);
    return found?.trunk.account === account ? found : undefined;
  };
  const note = (id: StoredTrunk['trunk']['id']) => state.outbox.push({ bucket: 'trunks', key: trunkKey(account, id) });
  const put = (stored: StoredTrunk) => {
    state.trunks.set(stored.trunk.id, stored);
    note(stored.trunk.id);
    return accept(stored);
  };

  return {
    async createTrunk(draft) {
      demandPrepared();
      const held = [...state.trunks.values()].filter(({ trunk }) => trunk.account === account).length;
      if (held >= mostTrunks) return refuse({ kind: 'account-full', most: mostTrunks });
      const conflict = trunkConflict(state, draft.trunk);
      if (conflict !== undefined) return refuse(conflict);
      if (doneAlready(state, author)) return refuse({ kind: 'done-already' });
      const short_id = (state.trunksMade.get(account) ?? 0) + 1;
      state.trunksMade.set(account, short_id);
      const stored = { ...draft, short_id, version: 1 };
      const changes = describeTrunkChange(undefined, draft.trunk);
      writeJournal(state, author, { action: 'trunk.created', target: draft.trunk, changes }, stored);
      return put(stored);
    },
    async changeTrunk(id, decide) {
      demandPrepared();
      const present = own(id);
      if (present === undefined) return refuse(notFound);
      const decided = decide(present);
      if (!decided.ok) return decided;
      const conflict = trunkConflict(state, decided.value.trunk);
      if (conflict !== undefined) return refuse(conflict);
      if (doneAlready(state, author)) return refuse({ kind: 'done-already' });
      const stored = { ...decided.value, short_id: present.short_id, version: present.version + 1 };
      const changes = describeTrunkChange(present.trunk, stored.trunk);
      writeJournal(state, author, { action: 'trunk.changed', target: stored.trunk, changes }, stored);
      return put(stored);
    },
    async deleteTrunk(id, judge) {
      demandPrepared();
      const present = own(id);
      if (present === undefined) return refuse(notFound);
      const judged = judge(present);
      if (!judged.ok) return judged;
      state.trunks.delete(id);
      note(id);
      const written = { numbers_removed: present.trunk.numbers.length };
      const changes = describeTrunkChange(present.trunk, undefined);
      writeJournal(state, author, { action: 'trunk.deleted', target: present.trunk, changes }, written);
      return accept(written);
    },
  };
}

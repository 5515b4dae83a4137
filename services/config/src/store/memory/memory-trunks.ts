import type { AgentId } from '@trunkline/contracts/ids';
import { trunkKey } from '@trunkline/contracts/nats-map';
import { accept, refuse } from '../../result.ts';
import { tooLarge } from '../documents.ts';
import { type Conflict, notFound } from '../faults.ts';
import { mostTrunks } from '../limits.ts';
import { numberKey } from '../number-key.ts';
import type { StoredTrunk, TrunkStore } from '../store.ts';
import type { MemoryState } from './memory-state.ts';

/** The same rules as the tables' constraints keep, in the same order of precedence. */
function conflictWith(state: MemoryState, { trunk }: StoredTrunk): Conflict | undefined {
  const large = tooLarge(trunk);
  if (large !== undefined) return large;
  const others = [...state.trunks.values()].map((other) => other.trunk).filter((other) => other.id !== trunk.id);
  if (others.some((other) => other.account === trunk.account && other.name === trunk.name)) {
    return { kind: 'name-taken' };
  }
  const taken = new Set(
    others.filter((other) => other.is_active).flatMap((other) => other.numbers.map(({ number }) => numberKey(number))),
  );
  const own = new Set<string>();
  for (const { number, agent } of trunk.numbers) {
    const key = numberKey(number);
    if (trunk.is_active && taken.has(key)) return { kind: 'number-taken', number: key };
    if (own.has(key)) return { kind: 'number-repeated', number: key };
    own.add(key);
    if (!agentExists(state, trunk.account, agent)) return { kind: 'agent-unknown' };
  }
  return undefined;
}

function agentExists(state: MemoryState, account: string, agent: AgentId | null): boolean {
  return agent === null || state.agents.get(agent)?.agent.account === account;
}

export function memoryTrunks(state: MemoryState, demandPrepared: () => void): TrunkStore {
  const own = (account: string, id: string): StoredTrunk | undefined => {
    const found = state.trunks.get(id);
    return found?.trunk.account === account ? found : undefined;
  };
  const put = (stored: StoredTrunk) => {
    state.trunks.set(stored.trunk.id, stored);
    state.outbox.push({ bucket: 'trunks', key: trunkKey(stored.trunk.account, stored.trunk.id) });
    return accept(stored);
  };
  const ofAccount = (account: string) => [...state.trunks.values()].filter(({ trunk }) => trunk.account === account);

  return {
    async createTrunk(stored) {
      demandPrepared();
      if (ofAccount(stored.trunk.account).length >= mostTrunks) {
        return refuse({ kind: 'account-full', most: mostTrunks });
      }
      const conflict = conflictWith(state, stored);
      return conflict === undefined ? put(stored) : refuse(conflict);
    },
    async trunk(account, id) {
      demandPrepared();
      return own(account, id);
    },
    async trunks(account, { is_active }) {
      demandPrepared();
      return ofAccount(account)
        .filter(({ trunk }) => is_active === undefined || trunk.is_active === is_active)
        .sort(({ trunk: left }, { trunk: right }) =>
          left.created_at === right.created_at ? (left.id < right.id ? -1 : 1) : left.created_at - right.created_at,
        );
    },
    async changeTrunk(account, id, decide) {
      demandPrepared();
      const present = own(account, id);
      if (present === undefined) return refuse(notFound);
      const decided = decide(present);
      if (!decided.ok) return decided;
      const conflict = conflictWith(state, decided.value);
      return conflict === undefined ? put(decided.value) : refuse(conflict);
    },
    async deleteTrunk(account, id) {
      demandPrepared();
      const present = own(account, id);
      if (present === undefined) return refuse(notFound);
      state.trunks.delete(id);
      state.outbox.push({ bucket: 'trunks', key: trunkKey(account, id) });
      return accept({ numbers_removed: present.trunk.numbers.length });
    },
    async numberHolder(account, id) {
      demandPrepared();
      return ofAccount(account).find(({ trunk }) => trunk.numbers.some((number) => number.id === id))?.trunk.id;
    },
  };
}

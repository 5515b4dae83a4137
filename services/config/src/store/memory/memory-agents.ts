import { agentKey, trunkKey } from '@trunkline/contracts/nats-map';
import { accept, refuse } from '../../result.ts';
import { type Conflict, notFound } from '../faults.ts';
import { mostAgents } from '../limits.ts';
import type { AgentStore, StoredAgent } from '../store.ts';
import type { MemoryState } from './memory-state.ts';

function conflictWith(state: MemoryState, { agent }: StoredAgent): Conflict | undefined {
  const others = [...state.agents.values()].map((other) => other.agent).filter((other) => other.id !== agent.id);
  if (others.some((other) => other.account === agent.account && other.name === agent.name)) {
    return { kind: 'name-taken' };
  }
  if (agent.auth !== null && others.some((other) => other.auth?.username === agent.auth?.username)) {
    return { kind: 'username-taken' };
  }
  return undefined;
}

export function memoryAgents(state: MemoryState, demandPrepared: () => void): AgentStore {
  const ofAccount = (account: string) => [...state.agents.values()].filter(({ agent }) => agent.account === account);
  const own = (account: string, id: string) => ofAccount(account).find(({ agent }) => agent.id === id);
  const put = (stored: StoredAgent) => {
    state.agents.set(stored.agent.id, stored);
    state.outbox.push({ bucket: 'agents', key: agentKey(stored.agent.account, stored.agent.id) });
    return accept(stored);
  };

  return {
    async createAgent(stored) {
      demandPrepared();
      if (ofAccount(stored.agent.account).length >= mostAgents) {
        return refuse({ kind: 'account-full', most: mostAgents });
      }
      const conflict = conflictWith(state, stored);
      return conflict === undefined ? put(stored) : refuse(conflict);
    },
    async agent(account, id) {
      demandPrepared();
      return own(account, id);
    },
    async agents(account) {
      demandPrepared();
      return ofAccount(account).sort(({ agent: left }, { agent: right }) =>
        left.created_at === right.created_at ? (left.id < right.id ? -1 : 1) : left.created_at - right.created_at,
      );
    },
    async changeAgent(account, id, decide) {
      demandPrepared();
      const present = own(account, id);
      if (present === undefined) return refuse(notFound);
      const decided = decide(present);
      if (!decided.ok) return decided;
      const conflict = conflictWith(state, decided.value);
      return conflict === undefined ? put(decided.value) : refuse(conflict);
    },
    async deleteAgent(account, id, now) {
      demandPrepared();
      if (own(account, id) === undefined) return refuse(notFound);
      let numbers_unmapped = 0;
      for (const stored of state.trunks.values()) {
        const { trunk } = stored;
        const mapped = trunk.numbers.filter((number) => number.agent === id).length;
        if (mapped === 0) continue;
        numbers_unmapped += mapped;
        const numbers = trunk.numbers.map((number) =>
          number.agent === id ? { ...number, agent: null, updated_at: now } : number,
        );
        state.trunks.set(trunk.id, { ...stored, trunk: { ...trunk, numbers } });
        state.outbox.push({ bucket: 'trunks', key: trunkKey(trunk.account, trunk.id) });
      }
      state.agents.delete(id);
      state.outbox.push({ bucket: 'agents', key: agentKey(account, id) });
      return accept({ numbers_unmapped });
    },
  };
}

import type { Instant } from '@trunkline/contracts/time';
import type { AgentStore, StoredAgent } from '../store.ts';
import type { MemoryState } from './memory-state.ts';
import { pageOf } from './page-of.ts';

export function memoryAgents(state: MemoryState, demandPrepared: () => void): AgentStore {
  const ofAccount = (account: string) => [...state.agents.values()].filter(({ agent }) => agent.account === account);
  const stamp = ({ agent }: StoredAgent): { created_at: Instant; id: string } => agent;
  return {
    async agent(account, id) {
      demandPrepared();
      return ofAccount(account).find(({ agent }) => agent.id === id);
    },
    async agents(account, page) {
      demandPrepared();
      return pageOf(ofAccount(account), stamp, page);
    },
  };
}

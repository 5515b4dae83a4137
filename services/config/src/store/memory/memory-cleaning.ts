import { isOver } from '../../calls/execution-table.ts';
import { mostForgotten } from '../limits.ts';
import type { CleaningStore } from '../store.ts';
import type { MemoryState } from './memory-state.ts';

export function memoryCleaning(state: MemoryState, demandPrepared: () => void): CleaningStore {
  return {
    async forgetTokens(ended_before) {
      demandPrepared();
      const ended = [...state.tokens.values()]
        .filter(({ expires_at }) => expires_at !== null && expires_at < ended_before)
        .slice(0, mostForgotten);
      for (const { id, hash } of ended) {
        state.tokens.delete(id);
        state.outbox.push({ bucket: 'tokens', key: hash });
      }
      return ended.length;
    },
    async forgetExecutions(over_before) {
      demandPrepared();
      const over = [...state.executions.values()]
        .filter((one) => isOver(one) && one.updated_at < over_before)
        .slice(0, mostForgotten);
      for (const { id } of over) state.executions.delete(id);
      return over.length;
    },
  };
}

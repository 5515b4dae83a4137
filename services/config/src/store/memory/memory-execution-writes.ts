import { isOver } from '../../calls/execution-table.ts';
import { accept, refuse } from '../../result.ts';
import { describeExecution } from '../describe-change.ts';
import { notFound } from '../faults.ts';
import { mostOpenExecutions } from '../limits.ts';
import type { Author, Writes } from '../store.ts';
import { doneAlready, type MemoryState, writeJournal } from './memory-state.ts';

type ExecutionWrites = Pick<Writes, 'createExecution' | 'stopExecution'>;

export function memoryExecutionWrites(state: MemoryState, demandPrepared: () => void, author: Author): ExecutionWrites {
  return {
    async createExecution(execution) {
      demandPrepared();
      const own = [...state.executions.values()].filter(({ account }) => account === author.account);
      if (own.filter((one) => !isOver(one)).length >= mostOpenExecutions) {
        return refuse({ kind: 'account-full', most: mostOpenExecutions });
      }
      if (doneAlready(state, author)) return refuse({ kind: 'done-already' });
      state.executions.set(execution.id, execution);
      const { target, changes } = describeExecution(execution);
      writeJournal(state, author, { action: 'call.created', target, changes }, execution);
      return accept(execution);
    },
    async stopExecution(id, decide) {
      demandPrepared();
      const present = state.executions.get(id);
      if (present?.account !== author.account) return refuse(notFound);
      const decided = decide(present);
      if (!decided.ok) return decided;
      if (doneAlready(state, author)) return refuse({ kind: 'done-already' });
      state.executions.set(id, decided.value);
      const changes = [{ field: 'status', from: present.status, to: decided.value.status }];
      const { target } = describeExecution(decided.value);
      writeJournal(state, author, { action: 'call.stopped', target, changes }, decided.value);
      return accept(decided.value);
    },
  };
}

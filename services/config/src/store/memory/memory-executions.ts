import type { Execution } from '../../calls/execution.ts';
import { numberClaim } from '../claims.ts';
import { mostCallerNumbers } from '../limits.ts';
import { numberKey } from '../number-key.ts';
import type { ExecutionStore } from '../store.ts';
import type { MemoryState } from './memory-state.ts';

export function memoryExecutions(state: MemoryState, demandPrepared: () => void): ExecutionStore {
  const all = (): Execution[] => [...state.executions.values()];
  const put = (execution: Execution): Execution => {
    state.executions.set(execution.id, execution);
    return execution;
  };
  return {
    async execution(account, id) {
      demandPrepared();
      return all().find((one) => one.account === account && one.id === id);
    },
    async executions(account, { before, limit, status }) {
      demandPrepared();
      return all()
        .filter((one) => one.account === account && (before === undefined || one.id < before))
        .filter((one) => status === undefined || one.status === status)
        .sort((left, right) => (left.id < right.id ? 1 : -1))
        .slice(0, limit);
    },
    async executionsByCall(calls) {
      demandPrepared();
      return all().filter(({ call }) => calls.includes(call));
    },
    async changeExecution(id, change) {
      demandPrepared();
      const present = state.executions.get(id);
      const next = present && change(present);
      return next && put(next);
    },
    async changeDueExecutions(now, limit, change) {
      demandPrepared();
      return all()
        .filter(({ due_at }) => due_at !== null && due_at <= now)
        .sort((left, right) => (left.due_at ?? 0) - (right.due_at ?? 0))
        .slice(0, limit)
        .map((one) => put(change(one)));
    },
    async callerNumbers(account, wanted) {
      demandPrepared();
      return [...state.trunks.values()]
        .map(({ trunk }) => trunk)
        .filter((trunk) => trunk.account === account)
        .sort((left, right) => left.created_at - right.created_at)
        .flatMap(({ id, name, direction, is_active, expires_at, gateways, numbers, number_format }) => {
          const keys = (number: string) => [numberKey(number), numberClaim(account, number, number_format.country)];
          const found = numbers.filter(({ number, agent }) =>
            'agent' in wanted ? agent === wanted.agent : keys(number).includes(wanted.key),
          );
          const trunk = { id, name, direction, is_active, expires_at, gateways: gateways.length };
          return found.map(({ number }) => ({ number, trunk }));
        })
        .slice(0, mostCallerNumbers);
    },
  };
}

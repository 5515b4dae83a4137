import type { CallId } from '@trunkline/contracts/ids';
import type { Kysely, Transaction } from 'kysely';
import type { Execution } from '../../calls/execution.ts';
import { accept, refuse } from '../../result.ts';
import { describeExecution } from '../describe-change.ts';
import { type Conflict, type NotFound, notFound } from '../faults.ts';
import { mostOpenExecutions } from '../limits.ts';
import type { Author, Decide, Writes } from '../store.ts';
import { executionRow, lockExecution, updateExecution } from './execution-store.ts';
import type { Tables } from './tables.ts';
import { transact } from './transact.ts';
import { writeJournal } from './write-journal.ts';

type ExecutionWrites = Pick<Writes, 'createExecution' | 'stopExecution'>;

export function createExecutionWrites(db: Kysely<Tables>, author: Author): ExecutionWrites {
  return {
    createExecution: (execution) =>
      transact<Execution, Conflict>(db, async (trx) => {
        if ((await countOpen(trx, author)) >= mostOpenExecutions) {
          return refuse({ kind: 'account-full', most: mostOpenExecutions });
        }
        await trx.insertInto('executions').values(executionRow(execution)).execute();
        const { target, changes } = describeExecution(execution);
        await writeJournal(trx, author, { action: 'call.created', target, changes }, execution);
        return accept(execution);
      }),

    stopExecution: <Fault>(id: CallId, decide: Decide<Execution, Execution, Fault>) =>
      transact<Execution, Fault | NotFound>(db, async (trx) => {
        const present = await lockExecution(trx, id);
        if (present === undefined || present.account !== author.account) return refuse(notFound);
        const decided = decide(present);
        if (!decided.ok) return decided;
        await updateExecution(trx, decided.value);
        const changes = [{ field: 'status', from: present.status, to: decided.value.status }];
        const { target } = describeExecution(decided.value);
        await writeJournal(trx, author, { action: 'call.stopped', target, changes }, decided.value);
        return accept(decided.value);
      }),
  };
}

async function countOpen(trx: Transaction<Tables>, { account }: Author): Promise<number> {
  const { count } = await trx
    .selectFrom('executions')
    .select((from) => from.fn.countAll<number>().as('count'))
    .where('account_id', '=', account)
    .where('open', '=', true)
    .executeTakeFirstOrThrow();
  return count;
}

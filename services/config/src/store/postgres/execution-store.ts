import type { CallId } from '@trunkline/contracts/ids';
import { type Insertable, type Kysely, sql, type Transaction } from 'kysely';
import { type Execution, executionSchema } from '../../calls/execution.ts';
import { isOver } from '../../calls/execution-table.ts';
import { mostCallerNumbers } from '../limits.ts';
import type { CallerNumber, ExecutionStore } from '../store.ts';
import { guard } from './guard.ts';
import type { Tables } from './tables.ts';

export function executionRow(execution: Execution): Insertable<Tables['executions']> {
  const { id, account, call, status, due_at, updated_at } = execution;
  const open = !isOver(execution);
  const document = JSON.stringify(execution);
  return { id, account_id: account, call_id: call, status, open, due_at, updated_at, document };
}

export function createExecutionStore(db: Kysely<Tables>): ExecutionStore {
  const select = () => db.selectFrom('executions').select('document');
  const read = (row: { readonly document: Execution }): Execution => executionSchema.parse(row.document);
  return {
    execution: (account, id) =>
      guard(async () => {
        const row = await select().where('account_id', '=', account).where('id', '=', id).executeTakeFirst();
        return row === undefined ? undefined : read(row);
      }),

    executions: (account, { before, limit, status }) =>
      guard(async () => {
        let own = select().where('account_id', '=', account);
        if (before !== undefined) own = own.where('id', '<', before as CallId);
        if (status !== undefined) own = own.where('status', '=', status);
        return (await own.orderBy('id', 'desc').limit(limit).execute()).map(read);
      }),

    executionsByCall: (calls) =>
      guard(async () =>
        calls.length === 0
          ? []
          : (
              await select()
                .where('call_id', 'in', [...calls])
                .execute()
            ).map(read),
      ),

    changeExecution: (id, change) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          const present = await lockExecution(trx, id);
          const next = present && change(present);
          if (next === undefined) return undefined;
          await updateExecution(trx, next);
          return next;
        }),
      ),

    changeDueExecutions: (now, limit, change) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          const due = trx.selectFrom('executions').select('document').where('due_at', '<=', now);
          const rows = await due.orderBy('due_at').limit(limit).forUpdate().skipLocked().execute();
          const changed = rows.map((row) => change(read(row)));
          for (const execution of changed) await updateExecution(trx, execution);
          return changed;
        }),
      ),

    callerNumbers: (account, wanted) => guard(() => callerNumbers(db, account, wanted)),
  };
}

export async function lockExecution(trx: Transaction<Tables>, id: CallId): Promise<Execution | undefined> {
  const own = trx.selectFrom('executions').select('document').where('id', '=', id);
  const row = await own.forUpdate().executeTakeFirst();
  return row === undefined ? undefined : executionSchema.parse(row.document);
}

export async function updateExecution(trx: Transaction<Tables>, execution: Execution): Promise<void> {
  const { id, account_id, ...columns } = executionRow(execution);
  await trx.updateTable('executions').set(columns).where('id', '=', id).execute();
}

async function callerNumbers(
  db: Kysely<Tables>,
  account: Parameters<ExecutionStore['callerNumbers']>[0],
  wanted: Parameters<ExecutionStore['callerNumbers']>[1],
): Promise<readonly CallerNumber[]> {
  const own = db
    .selectFrom('numbers')
    .innerJoin('trunks', 'trunks.id', 'numbers.trunk_id')
    .select(['numbers.number', 'trunks.id', 'trunks.name', 'direction', 'is_active', 'expires_at'])
    .select(sql<number>`(select count(*)::int from gateways where gateways.trunk_id = trunks.id)`.as('gateways'))
    .where('numbers.account_id', '=', account)
    .where('deleted_at', 'is', null);
  const found =
    'agent' in wanted
      ? own.where('agent_id', '=', wanted.agent)
      : own.where((from) => from.or([from('number_key', '=', wanted.key), from('claim', '=', wanted.key)]));
  const rows = await found.orderBy('trunks.created_at').orderBy('seq').limit(mostCallerNumbers).execute();
  return rows.map(({ number, ...trunk }) => ({ number, trunk }));
}

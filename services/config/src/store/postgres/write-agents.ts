import type { Agent } from '@trunkline/contracts/agent';
import type { AgentId } from '@trunkline/contracts/ids';
import { agentKey, trunkKey } from '@trunkline/contracts/nats-map';
import type { Kysely, Transaction } from 'kysely';
import { accept, type Result, refuse } from '../../result.ts';
import { inboundIdentity } from '../claims.ts';
import { describeAgentChange } from '../describe-change.ts';
import { type Conflict, type NotFound, notFound } from '../faults.ts';
import { mostAgents } from '../limits.ts';
import type { Author, StoredAgent, Writes } from '../store.ts';
import { agentRow, selectAgent, storedAgent } from './agent-store.ts';
import type { Tables } from './tables.ts';
import { transact } from './transact.ts';
import { writeJournal } from './write-journal.ts';

type AgentWrites = Pick<Writes, 'createAgent' | 'changeAgent' | 'deleteAgent'>;

export function createAgentWrites(db: Kysely<Tables>, author: Author): AgentWrites {
  const { account } = author;
  return {
    createAgent: (draft) =>
      transact<StoredAgent, Conflict>(db, async (trx) => {
        const { agent } = draft;
        const { count } = await trx
          .selectFrom('agents')
          .select((from) => from.fn.countAll<number>().as('count'))
          .where('account_id', '=', account)
          .executeTakeFirstOrThrow();
        if (count >= mostAgents) return refuse({ kind: 'account-full', most: mostAgents });
        await trx.insertInto('agents').values(agentRow(draft)).execute();
        await insertIdentity(trx, agent);
        await noteAgent(trx, agent);
        const stored = { ...draft, version: 1 };
        const changes = describeAgentChange(undefined, agent);
        await writeJournal(trx, author, { action: 'agent.created', target: agent, changes }, stored);
        return accept(stored);
      }),

    changeAgent: <Fault>(id: AgentId, decide: Parameters<AgentWrites['changeAgent']>[1]) =>
      transact<StoredAgent, Fault | Conflict | NotFound>(db, async (trx) => {
        const row = await selectAgent(trx, account, id).forUpdate().executeTakeFirst();
        if (row === undefined) return refuse(notFound);
        const present = storedAgent(row);
        const decided = decide(present);
        if (!decided.ok) return refuse(decided.fault as Fault);
        const { agent } = decided.value;
        const { id: _id, account_id: _account, created_at: _created, ...columns } = agentRow(decided.value);
        const version = present.version + 1;
        await trx
          .updateTable('agents')
          .set({ ...columns, version })
          .where('id', '=', id)
          .execute();
        if (present.agent.auth?.username !== agent.auth?.username) {
          await trx.deleteFrom('identities').where('agent_id', '=', id).execute();
          await insertIdentity(trx, agent);
        }
        await noteAgent(trx, agent);
        const stored = { ...decided.value, version };
        const changes = describeAgentChange(present.agent, agent);
        await writeJournal(trx, author, { action: 'agent.changed', target: agent, changes }, stored);
        return accept(stored);
      }),

    deleteAgent: <Fault>(id: AgentId, judge: (present: StoredAgent) => Result<unknown, Fault>) =>
      transact<{ numbers_unmapped: number }, Fault | Conflict | NotFound>(db, async (trx) => {
        const row = await selectAgent(trx, account, id).executeTakeFirst();
        if (row === undefined) return refuse(notFound);
        const present = storedAgent(row);
        const judged = judge(present);
        if (!judged.ok) return judged;
        const written = { numbers_unmapped: await unmapNumbers(trx, id, author.at) };
        await trx.deleteFrom('agents').where('id', '=', id).execute();
        await noteAgent(trx, present.agent);
        const changes = describeAgentChange(present.agent, undefined);
        await writeJournal(trx, author, { action: 'agent.deleted', target: present.agent, changes }, written);
        return accept(written);
      }),
  };
}

async function insertIdentity(trx: Transaction<Tables>, { id, account, auth }: Agent): Promise<void> {
  if (auth === null) return;
  const { key } = inboundIdentity(auth.username);
  await trx.insertInto('identities').values({ key, account_id: account, trunk_id: null, agent_id: id }).execute();
}

async function noteAgent(trx: Transaction<Tables>, agent: Pick<Agent, 'account' | 'id'>): Promise<void> {
  await trx
    .insertInto('outbox')
    .values({ bucket: 'agents', key: agentKey(agent.account, agent.id) })
    .execute();
}

/**
 * Trunks are locked before the agent, in the order in which every change of a trunk locks them. A number that is mapped in
 * between makes the deletion of the agent fail on the foreign key, and `guard` has it tried again.
 */
async function unmapNumbers(trx: Transaction<Tables>, agent: Agent['id'], now: Agent['created_at']): Promise<number> {
  const trunks = await trx
    .selectFrom('trunks')
    .select(['id', 'account_id'])
    .where('id', 'in', trx.selectFrom('numbers').select('trunk_id').where('agent_id', '=', agent))
    .orderBy('id')
    .forUpdate()
    .execute();
  if (trunks.length === 0) return 0;
  const unmapped = await trx
    .updateTable('numbers')
    .set({ agent_id: null, updated_at: now })
    .where('agent_id', '=', agent)
    .executeTakeFirst();
  await trx
    .updateTable('trunks')
    .set((from) => ({ version: from('version', '+', 1) }))
    .where(
      'id',
      'in',
      trunks.map(({ id }) => id),
    )
    .execute();
  const rows = trunks.map((trunk) => ({ bucket: 'trunks' as const, key: trunkKey(trunk.account_id, trunk.id) }));
  await trx.insertInto('outbox').values(rows).execute();
  return Number(unmapped.numUpdatedRows);
}

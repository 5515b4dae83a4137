import type { Agent } from '@trunkline/contracts/agent';
import { agentKey, trunkKey } from '@trunkline/contracts/nats-map';
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import { accept, refuse } from '../../result.ts';
import { type Conflict, type NotFound, notFound } from '../faults.ts';
import { mostAgents } from '../limits.ts';
import type { AgentStore, Decide, StoredAgent } from '../store.ts';
import { guard } from './guard.ts';
import type { Tables } from './tables.ts';
import { transact } from './transact.ts';

function agentRow({ agent, as_given }: StoredAgent): Insertable<Tables['agents']> {
  return {
    id: agent.id,
    account_id: agent.account,
    name: agent.name,
    uri: agent.uri,
    auth_username: agent.auth?.username ?? null,
    auth_password: agent.auth?.password ?? null,
    acl: JSON.stringify(agent.acl),
    is_active: agent.is_active,
    as_given: JSON.stringify(as_given),
    created_at: agent.created_at,
    updated_at: agent.updated_at,
  };
}

export function storedAgent(row: Selectable<Tables['agents']>): StoredAgent {
  const { auth_username: username, auth_password: password } = row;
  const agent: Agent = {
    id: row.id,
    account: row.account_id,
    name: row.name,
    uri: row.uri,
    auth: username === null || password === null ? null : { username, password },
    acl: row.acl,
    is_active: row.is_active,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
  return { agent, as_given: row.as_given };
}

async function noteAgent(trx: Transaction<Tables>, agent: Pick<Agent, 'account' | 'id'>): Promise<void> {
  await trx
    .insertInto('outbox')
    .values({ bucket: 'agents', key: agentKey(agent.account, agent.id) })
    .execute();
}

export function createAgentStore(db: Kysely<Tables>): AgentStore {
  return {
    createAgent: (stored) =>
      transact<StoredAgent, Conflict>(db, async (trx) => {
        const { count } = await trx
          .selectFrom('agents')
          .select((from) => from.fn.countAll<number>().as('count'))
          .where('account_id', '=', stored.agent.account)
          .executeTakeFirstOrThrow();
        if (count >= mostAgents) return refuse({ kind: 'account-full', most: mostAgents });
        await trx.insertInto('agents').values(agentRow(stored)).execute();
        await noteAgent(trx, stored.agent);
        return accept(stored);
      }),

    agent: (account, id) =>
      guard(async () => {
        const row = await selectAgent(db, account, id).executeTakeFirst();
        return row === undefined ? undefined : storedAgent(row);
      }),

    agents: (account) =>
      guard(async () => {
        const rows = db.selectFrom('agents').selectAll().where('account_id', '=', account);
        return (await rows.orderBy('created_at').orderBy('id').limit(mostAgents).execute()).map(storedAgent);
      }),

    changeAgent: <Fault>(account: Agent['account'], id: Agent['id'], decide: Decide<StoredAgent, Fault>) =>
      transact<StoredAgent, Fault | NotFound>(db, async (trx) => {
        const row = await selectAgent(trx, account, id).forUpdate().executeTakeFirst();
        if (row === undefined) return refuse(notFound);
        const decided = decide(storedAgent(row));
        if (decided.ok) {
          const { id: _id, account_id: _account, created_at: _created, ...columns } = agentRow(decided.value);
          await trx.updateTable('agents').set(columns).where('id', '=', id).execute();
          await noteAgent(trx, decided.value.agent);
        }
        return decided;
      }),

    deleteAgent: (account, id, now) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          const row = await selectAgent(trx, account, id).executeTakeFirst();
          if (row === undefined) return refuse(notFound);
          const unmapped = await unmapNumbers(trx, row.id, now);
          await trx.deleteFrom('agents').where('id', '=', row.id).execute();
          await noteAgent(trx, { account, id });
          return accept({ numbers_unmapped: unmapped });
        }),
      ),
  };
}

function selectAgent(db: Kysely<Tables>, account: Agent['account'], id: Agent['id']) {
  return db.selectFrom('agents').selectAll().where('account_id', '=', account).where('id', '=', id);
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
  const rows = trunks.map((trunk) => ({ bucket: 'trunks' as const, key: trunkKey(trunk.account_id, trunk.id) }));
  await trx.insertInto('outbox').values(rows).execute();
  return Number(unmapped.numUpdatedRows);
}

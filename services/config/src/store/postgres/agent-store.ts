import type { Agent } from '@trunkline/contracts/agent';
import type { Insertable, Kysely, Selectable } from 'kysely';
import { mostAgents } from '../limits.ts';
import type { AgentDraft, AgentStore, StoredAgent } from '../store.ts';
import { guard } from './guard.ts';
import { afterLast } from './page.ts';
import type { Tables } from './tables.ts';

export function agentRow({ agent, as_given }: AgentDraft): Insertable<Tables['agents']> {
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
  return { agent, as_given: row.as_given, version: row.version };
}

export function createAgentStore(db: Kysely<Tables>): AgentStore {
  return {
    agent: (account, id) =>
      guard(async () => {
        const row = await selectAgent(db, account, id).executeTakeFirst();
        return row === undefined ? undefined : storedAgent(row);
      }),

    agents: (account, { limit = mostAgents, after }) =>
      guard(async () => {
        const own = db.selectFrom('agents').selectAll().where('account_id', '=', account);
        const wanted = after === undefined ? own : own.where(afterLast('created_at', 'id', after));
        return (await wanted.orderBy('created_at').orderBy('id').limit(limit).execute()).map(storedAgent);
      }),
  };
}

export function selectAgent(db: Kysely<Tables>, account: Agent['account'], id: Agent['id']) {
  return db.selectFrom('agents').selectAll().where('account_id', '=', account).where('id', '=', id);
}

import type { AgentId } from '@trunkline/contracts/ids';
import { agentKey, trunkKey } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import { accept, refuse } from '../../result.ts';
import { identitiesOf, inboundIdentity } from '../claims.ts';
import { describeAgentChange } from '../describe-change.ts';
import { type Conflict, notFound } from '../faults.ts';
import { mostAgents } from '../limits.ts';
import type { AgentDraft, Author, StoredAgent, Writes } from '../store.ts';
import { doneAlready, type MemoryState, writeJournal } from './memory-state.ts';

function conflictWith(state: MemoryState, { agent }: AgentDraft): Conflict | undefined {
  const others = [...state.agents.values()].map((other) => other.agent).filter((other) => other.id !== agent.id);
  if (others.some((other) => other.account === agent.account && other.name === agent.name)) {
    return { kind: 'name-taken' };
  }
  if (agent.auth === null) return undefined;
  const { username } = agent.auth;
  if (others.some((other) => other.auth?.username === username)) return { kind: 'username-taken' };
  const { key } = inboundIdentity(username);
  const holder = [...state.trunks.values()].find(({ trunk }) => identitiesOf(trunk).some((one) => one.key === key));
  return holder === undefined ? undefined : { kind: 'identity-taken', username, place: null, holder: null };
}

type AgentWrites = Pick<Writes, 'createAgent' | 'changeAgent' | 'deleteAgent'>;

export function memoryAgentWrites(state: MemoryState, demandPrepared: () => void, author: Author): AgentWrites {
  const { account } = author;
  const ofAccount = () => [...state.agents.values()].filter(({ agent }) => agent.account === account);
  const own = (id: AgentId) => ofAccount().find(({ agent }) => agent.id === id);
  const note = (id: AgentId) => state.outbox.push({ bucket: 'agents', key: agentKey(account, id) });
  const put = (stored: StoredAgent) => {
    state.agents.set(stored.agent.id, stored);
    note(stored.agent.id);
    return accept(stored);
  };

  return {
    async createAgent(draft) {
      demandPrepared();
      if (ofAccount().length >= mostAgents) return refuse({ kind: 'account-full', most: mostAgents });
      const conflict = conflictWith(state, draft);
      if (conflict !== undefined) return refuse(conflict);
      if (doneAlready(state, author)) return refuse({ kind: 'done-already' });
      const stored = { ...draft, version: 1 };
      const changes = describeAgentChange(undefined, draft.agent);
      writeJournal(state, author, { action: 'agent.created', target: draft.agent, changes }, stored);
      return put(stored);
    },
    async changeAgent(id, decide) {
      demandPrepared();
      const present = own(id);
      if (present === undefined) return refuse(notFound);
      const decided = decide(present);
      if (!decided.ok) return decided;
      const conflict = conflictWith(state, decided.value);
      if (conflict !== undefined) return refuse(conflict);
      if (doneAlready(state, author)) return refuse({ kind: 'done-already' });
      const stored = { ...decided.value, version: present.version + 1 };
      const changes = describeAgentChange(present.agent, stored.agent);
      writeJournal(state, author, { action: 'agent.changed', target: stored.agent, changes }, stored);
      return put(stored);
    },
    async deleteAgent(id, judge) {
      demandPrepared();
      const present = own(id);
      if (present === undefined) return refuse(notFound);
      const judged = judge(present);
      if (!judged.ok) return judged;
      const written = { numbers_unmapped: unmapNumbers(state, id, author.at) };
      state.agents.delete(id);
      note(id);
      const changes = describeAgentChange(present.agent, undefined);
      writeJournal(state, author, { action: 'agent.deleted', target: present.agent, changes }, written);
      return accept(written);
    },
  };
}

function unmapNumbers(state: MemoryState, id: AgentId, now: Instant): number {
  let unmapped = 0;
  for (const stored of state.trunks.values()) {
    const { trunk } = stored;
    const mapped = trunk.numbers.filter((number) => number.agent === id).length;
    if (mapped === 0) continue;
    unmapped += mapped;
    const numbers = trunk.numbers.map((number) =>
      number.agent === id ? { ...number, agent: null, updated_at: now } : number,
    );
    state.trunks.set(trunk.id, { ...stored, trunk: { ...trunk, numbers }, version: stored.version + 1 });
    state.outbox.push({ bucket: 'trunks', key: trunkKey(trunk.account, trunk.id) });
  }
  return unmapped;
}

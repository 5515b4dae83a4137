import type { AccountId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { Execution } from '../../calls/execution.ts';
import type { AuditEntry } from '../audit-entry.ts';
import { agentDocument, tokenDocument, trunkDocument } from '../documents.ts';
import type {
  Answered,
  Author,
  Document,
  PublishedBucket,
  StoredAccount,
  StoredAgent,
  StoredToken,
  StoredTrunk,
} from '../store.ts';

/** Everything that the fake store holds. Things are replaced, never changed in place. */
export interface MemoryState {
  readonly accounts: Map<string, StoredAccount>;
  /** By account: the highest short id that was given. */
  readonly trunksMade: Map<string, number>;
  readonly trunks: Map<string, StoredTrunk>;
  readonly agents: Map<string, StoredAgent>;
  readonly tokens: Map<string, StoredToken>;
  readonly executions: Map<string, Execution>;
  /** Oldest first. */
  readonly audit: { readonly account: AccountId; readonly entry: AuditEntry }[];
  /** By account and key. */
  readonly once: Map<string, Answered & { readonly at: Instant }>;
  readonly outbox: { readonly bucket: PublishedBucket; readonly key: string }[];
}

export function emptyState(): MemoryState {
  return {
    accounts: new Map(),
    trunksMade: new Map(),
    trunks: new Map(),
    agents: new Map(),
    tokens: new Map(),
    executions: new Map(),
    audit: [],
    once: new Map(),
    outbox: [],
  };
}

/** Whether the author's request was done already, under its Idempotency-Key. */
export function doneAlready(state: MemoryState, { account, once }: Author): boolean {
  return once !== undefined && state.once.has(`${account} ${once.key}`);
}

/** Ends a change, as `write-journal.ts` does in PostgreSQL. */
export function writeJournal(
  state: MemoryState,
  author: Author,
  done: Pick<AuditEntry, 'action' | 'target' | 'changes'>,
  written: unknown,
): void {
  const { account, token, once } = author;
  const { id, name } = done.target;
  const entry = { id: author.entry, at: author.at, by: token, request: author.request, ...done, target: { id, name } };
  state.audit.push({ account, entry: structuredClone(entry) });
  if (once === undefined) return;
  const { key, fingerprint } = once;
  state.once.set(`${account} ${key}`, { fingerprint, answer: once.answer(written), at: author.at });
}

export interface Filed {
  /** Pages follow its order. */
  readonly id: string;
  readonly document: Document;
}

export function documentsOf(state: MemoryState, bucket: PublishedBucket): readonly Filed[] {
  const filed = {
    trunks: () => [...state.trunks.values()].map(({ trunk }) => ({ id: trunk.id, document: trunkDocument(trunk) })),
    agents: () => [...state.agents.values()].map(({ agent }) => ({ id: agent.id, document: agentDocument(agent) })),
    tokens: () => [...state.tokens.values()].map((token) => tokenFiled(state, token)),
  }[bucket]();
  return filed.sort((left, right) => (left.id < right.id ? -1 : 1));
}

function tokenFiled(state: MemoryState, token: StoredToken): Filed {
  const { account, role, expires_at } = token;
  const operator = state.accounts.get(account)?.operator ?? false;
  return { id: token.id, document: tokenDocument(token.hash, { account, role, operator, expires_at }) };
}

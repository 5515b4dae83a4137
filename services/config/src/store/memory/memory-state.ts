import type { AccountId } from '@trunkline/contracts/ids';
import { agentDocument, tokenDocument, trunkDocument } from '../documents.ts';
import type { Document, PublishedBucket, StoredAgent, StoredToken, StoredTrunk } from '../store.ts';

export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly operator: boolean;
}

/** Everything that the fake store holds. Things are replaced, never changed in place. */
export interface MemoryState {
  readonly accounts: Map<string, Account>;
  readonly trunks: Map<string, StoredTrunk>;
  readonly agents: Map<string, StoredAgent>;
  readonly tokens: Map<string, StoredToken>;
  readonly outbox: { readonly bucket: PublishedBucket; readonly key: string }[];
}

export function emptyState(): MemoryState {
  return { accounts: new Map(), trunks: new Map(), agents: new Map(), tokens: new Map(), outbox: [] };
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

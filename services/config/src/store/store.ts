import type { Access, Role } from '@trunkline/contracts/access';
import type { Agent } from '@trunkline/contracts/agent';
import type { AccountId, AgentId, NumberId, TrunkId } from '@trunkline/contracts/ids';
import type { BucketName } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import type { Trunk, TrunkNumber } from '@trunkline/contracts/trunk';
import type { Result } from '../result.ts';
import type { Conflict, NotFound } from './faults.ts';

/**
 * What a dialect of the API must answer exactly as it was given, under the dialect's name. It is an echo only: the trunk or
 * agent beside it decides, and a dialect leaves an echo aside that no longer means what the trunk says.
 */
export type AsGiven = Readonly<Record<string, unknown>>;

export interface StoredTrunk {
  readonly trunk: Trunk;
  readonly as_given: AsGiven;
}

export interface StoredAgent {
  readonly agent: Agent;
  readonly as_given: AsGiven;
}

export interface NumberOnTrunk {
  readonly trunk: TrunkId;
  readonly number: TrunkNumber;
}

/** A bearer token without the token: its SHA-256 in lower-case hex stands for it. */
export interface StoredToken {
  readonly id: string;
  readonly hash: string;
  readonly account: AccountId;
  readonly role: Role;
  readonly name: string;
  readonly expires_at: Instant | null;
  readonly created_at: Instant;
}

export interface Bootstrap {
  readonly account: { readonly id: AccountId; readonly name: string };
  readonly token: Omit<StoredToken, 'account'>;
}

/** Decides on the present state, inside the transaction that holds it. Synchronous, and may be asked again. */
export type Decide<Thing, Fault> = (present: Thing) => Result<Thing, Fault>;

export type PublishedBucket = Extract<BucketName, 'trunks' | 'agents' | 'tokens'>;

/** The present document under a key, or null when there is none any more. */
export interface Document {
  readonly bucket: PublishedBucket;
  readonly key: string;
  readonly value: string | null;
}

export interface DocumentPage {
  readonly documents: readonly Document[];
  /** Where the next page begins; undefined after the last. */
  readonly next: string | undefined;
}

export interface TrunkStore {
  createTrunk(stored: StoredTrunk): Promise<Result<StoredTrunk, Conflict>>;
  trunk(account: AccountId, id: TrunkId): Promise<StoredTrunk | undefined>;
  /** Oldest first. */
  trunks(account: AccountId, filter: { readonly is_active?: boolean }): Promise<readonly StoredTrunk[]>;
  changeTrunk<Fault>(
    account: AccountId,
    id: TrunkId,
    decide: Decide<StoredTrunk, Fault>,
  ): Promise<Result<StoredTrunk, Fault | Conflict | NotFound>>;
  /** Its gateways and addresses go with it; its numbers stay as deleted ones, without agent. */
  deleteTrunk(
    account: AccountId,
    id: TrunkId,
    now: Instant,
  ): Promise<Result<{ readonly numbers_removed: number }, NotFound>>;
  /** Which trunk a number is on; undefined when it is deleted. */
  numberHolder(account: AccountId, id: NumberId): Promise<TrunkId | undefined>;
}

export interface AgentStore {
  createAgent(stored: StoredAgent): Promise<Result<StoredAgent, Conflict>>;
  agent(account: AccountId, id: AgentId): Promise<StoredAgent | undefined>;
  agents(account: AccountId): Promise<readonly StoredAgent[]>;
  changeAgent<Fault>(
    account: AccountId,
    id: AgentId,
    decide: Decide<StoredAgent, Fault>,
  ): Promise<Result<StoredAgent, Fault | Conflict | NotFound>>;
  /** Numbers that were mapped to it are left without agent. */
  deleteAgent(
    account: AccountId,
    id: AgentId,
    now: Instant,
  ): Promise<Result<{ readonly numbers_unmapped: number }, NotFound>>;
}

export interface TokenStore {
  /** Undefined when no such token exists. Expiry is the caller's to judge. */
  access(hash: string): Promise<Access | undefined>;
  /** Makes sure that the operator's account and its token exist; a former token of the same name is withdrawn. */
  bootstrap(wanted: Bootstrap): Promise<void>;
  createToken(token: StoredToken): Promise<Result<StoredToken, Conflict>>;
  tokens(account: AccountId): Promise<readonly StoredToken[]>;
  deleteToken(account: AccountId, id: string): Promise<Result<StoredToken, NotFound>>;
}

/** What publication needs: the outbox that every write fills in its own transaction, and everything there is. */
export interface PublicationStore {
  /**
   * Takes up to `limit` changed keys in the order of their commits, gives each with its *present* document to `publish`, and
   * forgets them once all are published. At least once: a crash in between publishes again. Waits while another process is
   * publishing. Answers how many were taken.
   */
  drainOutbox(limit: number, publish: (document: Document) => Promise<void>): Promise<number>;
  /** Runs `work` while no other process publishes, so that an older document never overwrites a newer one. */
  aloneInPublishing(work: () => Promise<void>): Promise<void>;
  /** One page of all documents of a bucket, in an order that does not change. */
  documents(bucket: PublishedBucket, after: string | undefined, limit: number): Promise<DocumentPage>;
}

export interface Store extends TrunkStore, AgentStore, TokenStore, PublicationStore {
  /** Brings the tables up to date; every other method throws StoreUnavailable before that. Idempotent. */
  prepare(): Promise<void>;
  /** Resolves when the store answers. */
  check(): Promise<void>;
  close(): Promise<void>;
}

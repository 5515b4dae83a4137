import type { Access, Role } from '@trunkline/contracts/access';
import type { Agent } from '@trunkline/contracts/agent';
import type { AccountId, AgentId, CallId, NumberId, TrunkId } from '@trunkline/contracts/ids';
import type { BucketName } from '@trunkline/contracts/nats-map';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Instant } from '@trunkline/contracts/time';
import type { Trunk, TrunkNumber } from '@trunkline/contracts/trunk';
import type { Execution, ExecutionStatus } from '../calls/execution.ts';
import type { Result } from '../result.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { Conflict, NotFound } from './faults.ts';

/**
 * What a dialect of the API must answer exactly as it was given, under the dialect's name. It is an echo only: the trunk or
 * agent beside it decides, and a dialect leaves an echo aside that no longer means what the trunk says.
 */
export type AsGiven = Readonly<Record<string, unknown>>;

/** What a dialect makes of a body: all of a trunk but what only the store knows. */
export interface TrunkDraft {
  readonly trunk: Trunk;
  readonly as_given: AsGiven;
}

export interface StoredTrunk extends TrunkDraft {
  /** Counts the trunks of the account from 1, for the dialect whose ids are integers. Never given twice. */
  readonly short_id: number;
  /** Rises by one with every change. */
  readonly version: number;
}

export interface AgentDraft {
  readonly agent: Agent;
  readonly as_given: AsGiven;
}

export interface StoredAgent extends AgentDraft {
  readonly version: number;
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

export interface StoredAccount {
  readonly id: AccountId;
  readonly name: string;
  readonly operator: boolean;
  readonly created_at: Instant;
}

/** What a token allows, and which one it is. */
export interface KnownToken extends Access {
  readonly token: { readonly id: string; readonly name: string };
}

/** Decides on the present state, inside the transaction that holds it. Synchronous, and may be asked again. */
export type Decide<Thing, Draft, Fault> = (present: Thing) => Result<Draft, Fault>;

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

/** A part of a list. Absent `limit`: all of it, within the bounds of `limits.ts`. */
export interface Page {
  readonly limit?: number;
  /** The last one of the former page. */
  readonly after?: { readonly created_at: Instant; readonly id: string };
}

export interface TrunkStore {
  trunk(account: AccountId, id: TrunkId): Promise<StoredTrunk | undefined>;
  trunkByShortId(account: AccountId, short_id: number): Promise<StoredTrunk | undefined>;
  /** Oldest first. */
  trunks(account: AccountId, filter: { readonly is_active?: boolean } & Page): Promise<readonly StoredTrunk[]>;
  /** Which trunk a number is on; undefined when it is deleted. */
  numberHolder(account: AccountId, id: NumberId): Promise<TrunkId | undefined>;
}

export interface AgentStore {
  agent(account: AccountId, id: AgentId): Promise<StoredAgent | undefined>;
  /** Oldest first. */
  agents(account: AccountId, page: Page): Promise<readonly StoredAgent[]>;
}

export interface TokenStore {
  /** Undefined when no such token exists. Expiry is the caller's to judge. */
  access(hash: string): Promise<KnownToken | undefined>;
  /** Makes sure that the operator's account and its token exist; a former token of the same name is withdrawn. */
  bootstrap(wanted: Bootstrap): Promise<void>;
  tokens(account: AccountId): Promise<readonly StoredToken[]>;
  accounts(): Promise<readonly StoredAccount[]>;
}

/** What was done before under an Idempotency-Key. */
export interface Answered {
  readonly fingerprint: string;
  readonly answer: Sealed;
}

export interface JournalStore {
  /** Newest first; `before` is an id of an entry. */
  audit(account: AccountId, page: { readonly before?: string; readonly limit: number }): Promise<readonly AuditEntry[]>;
  /** Undefined when the key was not used since `since`. */
  answered(account: AccountId, key: string, since: Instant): Promise<Answered | undefined>;
  /**
   * Seals again up to `limit` secrets of a kind that do not begin with `current`, in the order of their owners' ids from after
   * `after`. `again` answers undefined for one that it cannot open: it stays. Answers where to go on, undefined at the end.
   */
  reseal(work: {
    readonly kind: 'trunks' | 'agents';
    readonly current: string;
    readonly after: string | undefined;
    readonly limit: number;
    readonly again: (sealed: Sealed, account: AccountId, owner: string) => Sealed | undefined;
  }): Promise<{ readonly next: string | undefined; readonly resealed: number }>;
}

/** A number of an account, and what of its trunk decides whether it may call. */
export interface CallerNumber {
  readonly number: string;
  readonly trunk: Pick<Trunk, 'id' | 'name' | 'direction' | 'is_active' | 'expires_at'> & { readonly gateways: number };
}

/** Calls that were asked for over the API. */
export interface ExecutionStore {
  execution(account: AccountId, id: CallId): Promise<Execution | undefined>;
  /** Newest first; `before` is the id of the last one of the former page. */
  executions(
    account: AccountId,
    page: { readonly before?: string; readonly limit: number; readonly status?: ExecutionStatus },
  ): Promise<readonly Execution[]>;
  /** Those whose present try is one of the calls. */
  executionsByCall(calls: readonly CallId[]): Promise<readonly Execution[]>;
  /** Changes made by no request. `change` decides on the present state, under lock; undefined leaves it as it is. */
  changeExecution(id: CallId, change: (present: Execution) => Execution | undefined): Promise<Execution | undefined>;
  /** Changes up to `limit` of those that are due, the longest waiting first, leaving out those that another process is changing. */
  changeDueExecutions(
    now: Instant,
    limit: number,
    change: (present: Execution) => Execution,
  ): Promise<readonly Execution[]>;
  /** The numbers under a key, or those of an agent, those of the oldest trunks first; a bounded number of them. */
  callerNumbers(
    account: AccountId,
    wanted: { readonly key: string } | { readonly agent: AgentId },
  ): Promise<readonly CallerNumber[]>;
}

/** What grows without end if nobody cleans. Each forgets a bounded number and tells how many. */
export interface CleaningStore {
  /** Tokens that ended before then. */
  forgetTokens(ended_before: Instant): Promise<number>;
  /** Executions that were over before then. */
  forgetExecutions(over_before: Instant): Promise<number>;
}

/** Who changes something, for the audit log; and that it be done once. */
export interface Author {
  readonly account: AccountId;
  readonly token: { readonly id: string; readonly name: string };
  readonly request: string;
  readonly at: Instant;
  /** A new id for the entry in the audit log. */
  readonly entry: string;
  readonly once?: {
    readonly key: string;
    readonly fingerprint: string;
    /** What to answer when the request comes again, made of what this write answers. */
    readonly answer: (written: unknown) => Sealed;
  };
}

/** Every change: of the thing, its word in the outbox, the audit log and the answer to a repeated request, all in one transaction. */
export interface Writes {
  createTrunk(draft: TrunkDraft): Promise<Result<StoredTrunk, Conflict>>;
  changeTrunk<Fault>(
    id: TrunkId,
    decide: Decide<StoredTrunk, TrunkDraft, Fault>,
  ): Promise<Result<StoredTrunk, Fault | Conflict | NotFound>>;
  /** Its gateways and addresses go with it; its numbers stay as deleted ones, without agent. */
  deleteTrunk<Fault>(
    id: TrunkId,
    judge: (present: StoredTrunk) => Result<unknown, Fault>,
  ): Promise<Result<{ readonly numbers_removed: number }, Fault | Conflict | NotFound>>;
  createAgent(draft: AgentDraft): Promise<Result<StoredAgent, Conflict>>;
  changeAgent<Fault>(
    id: AgentId,
    decide: Decide<StoredAgent, AgentDraft, Fault>,
  ): Promise<Result<StoredAgent, Fault | Conflict | NotFound>>;
  /** Numbers that were mapped to it are left without agent. */
  deleteAgent<Fault>(
    id: AgentId,
    judge: (present: StoredAgent) => Result<unknown, Fault>,
  ): Promise<Result<{ readonly numbers_unmapped: number }, Fault | Conflict | NotFound>>;
  createToken(token: StoredToken): Promise<Result<StoredToken, Conflict>>;
  /** The new token takes the name, role and expiry of the old one, which ends at `old_ends_at`. */
  rotateToken(
    id: string,
    fresh: Pick<StoredToken, 'id' | 'hash' | 'created_at'> & { readonly old_ends_at: Instant },
  ): Promise<Result<{ readonly fresh: StoredToken; readonly old_hash: string }, Conflict | NotFound>>;
  deleteToken(id: string): Promise<Result<StoredToken, Conflict | NotFound>>;
  createExecution(execution: Execution): Promise<Result<Execution, Conflict>>;
  /** A change that a request makes; `decide` refuses what can no more be changed. */
  stopExecution<Fault>(
    id: CallId,
    decide: Decide<Execution, Execution, Fault>,
  ): Promise<Result<Execution, Fault | Conflict | NotFound>>;
  /** An account with its first token, which is not the author's. */
  createAccount(account: StoredAccount, token: StoredToken): Promise<Result<StoredAccount, Conflict>>;
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

export interface Store
  extends TrunkStore,
    AgentStore,
    TokenStore,
    JournalStore,
    ExecutionStore,
    CleaningStore,
    PublicationStore {
  /** The changes that one request makes. */
  by(author: Author): Writes;
  /** Brings the tables up to date; every other method throws StoreUnavailable before that. Idempotent. */
  prepare(): Promise<void>;
  /** Resolves when the store answers. */
  check(): Promise<void>;
  close(): Promise<void>;
}

import type { CallRecord, Direction, Outcome } from '@trunkline/contracts/call-record';
import type { Cause } from '@trunkline/contracts/causes';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import type { AccountId, CallId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { EndedFields } from '../view/call-summary.ts';
import type { MinuteCount } from '../view/lately.ts';
import type { LiveCall } from '../view/live-call.ts';
import type { Place } from '../view/newest-first.ts';

/** A message of the stream that does not read as an event: kept for people, so that it neither blocks nor is lost. */
export interface UnreadableEvent {
  readonly sequence: number;
  readonly subject: string;
  readonly payload: string;
}

export interface CommitBatch {
  /** In the order of the stream. */
  readonly events: readonly CallEvent[];
  readonly unreadable: readonly UnreadableEvent[];
  /** Sequence of the last message of the batch. */
  readonly sequence: number;
  readonly at: Instant;
}

export interface Remembered {
  readonly live: readonly LiveCall[];
  /** Newest first. */
  readonly ended: readonly CallRecord[];
  readonly lately: readonly MinuteCount[];
}

export interface ListQuery {
  readonly account: AccountId;
  /** Also the records that belong to no account. */
  readonly unowned: boolean;
  readonly trunk?: TrunkId | undefined;
  readonly direction?: Direction | undefined;
  readonly outcome?: Outcome | undefined;
  readonly cause?: Cause | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Where the page before ended. */
  readonly after?: Place | undefined;
  readonly limit: number;
}

/** Call records and the calls that are live, durably. Every method rejects with {@link StoreUnavailable} while it cannot work. */
export interface RecordStore {
  /**
   * One transaction: records stored once per call id (one that gives way replaced, `apply-event.ts`), live calls brought up to date, progress noted. Answers the records
   * that were new, so that each is counted once however often it is delivered.
   */
  commit(batch: CommitBatch): Promise<readonly CallRecord[]>;
  /** What a view needs after a restart: `max_ended` newest records, counts of what ended since `since`. */
  remember(max_ended: number, since: Instant): Promise<Remembered>;
  list(query: ListQuery): Promise<readonly EndedFields[]>;
  /** Undefined when there is none; whose it is, is the caller's to check. */
  find(id: CallId): Promise<CallRecord | undefined>;
  /**
   * Deletes up to `limit` records, and up to as many unreadable events, that ended or came before `records`, and live calls
   * last heard of before `live`. Answers how many records went.
   */
  forget(before: { readonly records: Instant; readonly live: Instant }, limit: number): Promise<number>;
  /** The last sequence that was committed; 0 at the start. */
  progress(): Promise<number>;
  close(): Promise<void>;
}

/** The database cannot be reached or does not answer in time. The cause is for the log, never for an answer. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  constructor(cause: unknown) {
    super('The database is not available', { cause });
  }
}

/** The database works and does not take this data: trying again would be in vain. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
  constructor(cause: unknown) {
    super('The database does not take this data', { cause });
  }
}

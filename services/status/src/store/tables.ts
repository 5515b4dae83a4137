import type { CallRecord } from '@trunkline/contracts/call-record';
import type { ColumnType } from 'kysely';
import type { EndedFields } from '../view/call-summary.ts';
import type { LiveCall } from '../view/live-call.ts';

/** Written as text, read parsed: the driver does it for columns of type json. */
type Json<T> = ColumnType<T, string, string>;

/** `record` is `json`, not `jsonb`: it is never searched, and `jsonb` refuses characters that a SIP header may carry. */
export interface CallsTable extends EndedFields {
  readonly record: Json<CallRecord>;
}

export interface LiveCallsTable {
  readonly id: string;
  readonly updated_at: number;
  readonly call: Json<LiveCall>;
}

export interface ConsumerProgressTable {
  readonly consumer: string;
  readonly sequence: number;
  readonly at: number;
}

export interface UnreadableEventsTable {
  readonly sequence: number;
  readonly at: number;
  readonly subject: string;
  readonly payload: string;
}

export interface Tables {
  readonly calls: CallsTable;
  readonly live_calls: LiveCallsTable;
  readonly consumer_progress: ConsumerProgressTable;
  readonly unreadable_events: UnreadableEventsTable;
}

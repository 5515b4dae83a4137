import type { CallRecord, Direction } from '@trunkline/contracts/call-record';
import type { AccountId, AgentId, CallId, EdgeId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';

/** What `call.attempted` says of a call and no other event before its end does. */
export interface CallFacts {
  readonly direction: Direction;
  readonly trunk_name: string | null;
  readonly agent: AgentId | null;
  readonly agent_name: string | null;
  readonly from: string;
  readonly to: string;
  /** Absent where the edge, or the status service that stored the call, is of before. */
  readonly sip_call_id?: string | undefined;
  readonly source?: CallRecord['source'] | undefined;
}

/** A call that has not ended as far as its events say. Plain data: it is stored as JSON too. */
export interface LiveCall {
  readonly id: CallId;
  readonly account: AccountId | null;
  readonly trunk: TrunkId | null;
  /** The edge that spoke of the call last, and when: a call may be taken over. */
  readonly edge: EdgeId;
  readonly updated_at: Instant;
  /** Null while only later events have been seen. */
  readonly facts: CallFacts | null;
  readonly attempted_at: Instant | null;
  readonly ringing_at: Instant | null;
  readonly answered_at: Instant | null;
}

/** Everything the events of one call add up to. An ended call is its record and nothing else. */
export type CallState =
  | { readonly kind: 'live'; readonly call: LiveCall }
  | { readonly kind: 'ended'; readonly record: CallRecord };

export const callPhases = ['calling', 'ringing', 'answered', 'ended'] as const;
export type CallPhase = (typeof callPhases)[number];

export function livePhase(call: LiveCall): CallPhase {
  if (call.answered_at !== null) return 'answered';
  return call.ringing_at !== null ? 'ringing' : 'calling';
}

/** The earliest thing known of the call. */
export function liveSince(call: LiveCall): Instant {
  return call.attempted_at ?? call.ringing_at ?? call.answered_at ?? call.updated_at;
}

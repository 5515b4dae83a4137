import type { CallRecord, Outcome } from '@trunkline/contracts/call-record';
import { type Cause, causeTable } from '@trunkline/contracts/causes';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import type { OriginateReply } from '@trunkline/contracts/originate';
import type { Instant } from '@trunkline/contracts/time';
import type { End, ExecutionStatus } from './execution.ts';
import { hangupReason } from './hangup-reason.ts';

/** What can happen to an execution, from wherever it was heard. */
export type ExecutionEvent =
  /** An edge has the call. */
  | { readonly type: 'taken' }
  /** No edge takes it now; later may be different. Without a cause no edge was there to be asked. */
  | { readonly type: 'put-off'; readonly cause: Cause | null }
  /** No edge will take it. */
  | { readonly type: 'refused'; readonly cause: Cause }
  /** An edge was asked and nobody answered: it may have the call. */
  | { readonly type: 'unanswered' }
  | { readonly type: 'attempted'; readonly at: Instant }
  | { readonly type: 'ringing'; readonly at: Instant }
  | { readonly type: 'answered'; readonly at: Instant }
  | {
      readonly type: 'ended';
      readonly status: ExecutionStatus;
      readonly answered_at: Instant | null;
      readonly end: End;
    }
  /** Over the API. */
  | { readonly type: 'stop' };

/** What an edge says of a trunk, number or agent that was changed a moment ago: it may not have heard of the change. */
const unsettled: ReadonlySet<Cause> = new Set([
  'number-unknown',
  'caller-number-not-owned',
  'trunk-inactive',
  'trunk-expired',
  'outbound-disabled',
  'agent-inactive',
  'no-gateway',
]);

/** Pure. `fresh`: the call was asked for so short a time ago that what it needs may not be on every edge. */
export function refusalEvent(cause: Cause, fresh: boolean): ExecutionEvent {
  const passes = causeTable[cause].retry_after_s !== undefined || (fresh && unsettled.has(cause));
  return passes ? { type: 'put-off', cause } : { type: 'refused', cause };
}

/** Pure. */
export function replyEvent(reply: OriginateReply, fresh: boolean): ExecutionEvent {
  return reply.ok ? { type: 'taken' } : refusalEvent(reply.cause, fresh);
}

/** Pure. */
export function heardEvent(event: CallEvent, fresh: boolean): ExecutionEvent {
  switch (event.type) {
    case 'call.attempted':
      return { type: 'attempted', at: event.at };
    case 'call.ringing':
      return { type: 'ringing', at: event.at };
    case 'call.answered':
      return { type: 'answered', at: event.at };
    case 'call.refused':
      return refusalEvent(event.record.cause, fresh);
    case 'call.ended':
      return endedEvent(event.record);
  }
}

const statusOf: Readonly<Record<Outcome, ExecutionStatus>> = {
  completed: 'completed',
  cancelled: 'canceled',
  busy: 'busy',
  declined: 'failed',
  'no-answer': 'no-answer',
  refused: 'failed',
  failed: 'failed',
};

function endedEvent(record: CallRecord): ExecutionEvent {
  const { cause, outcome, answered_at, ended_at: at, duration_ms } = record;
  const answered = answered_at !== null;
  const status =
    cause === 'internal-error'
      ? 'error'
      : cause === 'hung-up-by-operator' && !answered
        ? 'canceled'
        : statusOf[outcome];
  const end = { at, cause, reason: hangupReason(cause, answered), by: partyOf(record), duration_ms };
  return { type: 'ended', status, answered_at, end };
}

function partyOf({ cause, ended_by }: CallRecord): End['by'] {
  if (cause === 'hung-up-by-operator') return 'API Request';
  if (ended_by === 'callee') return 'Callee';
  return ended_by === 'caller' ? 'Caller' : 'Error';
}

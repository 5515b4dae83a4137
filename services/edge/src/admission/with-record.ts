import type { CallRecord } from '@trunkline/contracts/call-record';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import type { EventId } from '@trunkline/contracts/ids';

/** The event that carries the record of an attempt. */
export function withRecord(type: 'call.ended' | 'call.refused', finished: CallRecord, id: EventId): CallEvent {
  const { account, edge, trunk, ended_at } = finished;
  return { type, id, at: ended_at, account, call: finished.id, edge, trunk, record: finished };
}

import { type CallEvent, callEventSchema } from '@trunkline/contracts/events/call-events';
import type { Delivered } from '@trunkline/runtime/bus';
import type { UnreadableEvent } from '../store/record-store.ts';

export interface ReadEvent {
  readonly sequence: number;
  readonly event: CallEvent;
}

export interface ReadBatch {
  readonly events: readonly ReadEvent[];
  readonly unreadable: readonly (UnreadableEvent & { readonly fault: string })[];
}

/** A message that is no event we know (a newer edge's, say) is set aside, so that it neither blocks nor is lost. */
export function readBatch(batch: readonly Delivered[]): ReadBatch {
  const events: ReadEvent[] = [];
  const unreadable: (UnreadableEvent & { readonly fault: string })[] = [];
  for (const { sequence, subject, payload } of batch) {
    const read = readEvent(payload);
    if (typeof read === 'string') unreadable.push({ sequence, subject, payload, fault: read });
    else events.push({ sequence, event: read });
  }
  return { events, unreadable };
}

/** The event, or what is wrong with it. Faults name fields, never values. */
function readEvent(payload: string): CallEvent | string {
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch {
    return 'not JSON';
  }
  const parsed = callEventSchema.safeParse(json);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, code }) => `${path.join('.') || 'event'}: ${code}`).join(', ');
  }
  const { data } = parsed;
  return 'record' in data && data.record.id !== data.call ? 'record.id: not the call of the event' : data;
}

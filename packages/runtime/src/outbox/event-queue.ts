import type { Segment } from './spool.ts';
import type { SpooledEvent } from './spool-format.ts';

export interface QueuedEvent extends SpooledEvent {
  /** Where it is on disk; undefined when it is not. */
  readonly segment: Segment | undefined;
  readonly bytes: number;
  done: boolean;
}

/** Events in memory, oldest first, with a cursor at the next one to send. */
export interface EventQueue {
  push(event: SpooledEvent, segment: Segment | undefined): void;
  /** The event at the cursor, which moves on. */
  next(): QueuedEvent | undefined;
  rewind(): void;
  /** Nothing is at or behind the cursor. */
  allSent(): boolean;
  oldest(): QueuedEvent | undefined;
  /** Takes the oldest away. */
  shift(): void;
  readonly length: number;
  readonly bytes: number;
  /** How many are not on disk. */
  readonly inMemoryOnly: number;
}

/** The array is cut when so many at its front are gone: shifting one by one would move all the others each time. */
const cutAt = 1_024;

export function createEventQueue(): EventQueue {
  let events: QueuedEvent[] = [];
  let head = 0;
  let cursor = 0;
  let bytes = 0;
  let inMemoryOnly = 0;
  return {
    push({ subject, msg_id, payload }, segment) {
      const event = { subject, msg_id, payload, segment, bytes: payload.length + subject.length, done: false };
      events.push(event);
      bytes += event.bytes;
      if (segment === undefined) inMemoryOnly++;
    },
    next() {
      while (events[cursor]?.done === true) cursor++;
      const event = events[cursor];
      if (event !== undefined) cursor++;
      return event;
    },
    rewind() {
      cursor = head;
    },
    allSent: () => cursor >= events.length,
    oldest: () => events[head],
    shift() {
      const event = events[head];
      if (event === undefined) return;
      head++;
      cursor = Math.max(cursor, head);
      bytes -= event.bytes;
      if (event.segment === undefined) inMemoryOnly--;
      if (head < cutAt) return;
      events = events.slice(head);
      cursor -= head;
      head = 0;
    },
    get length() {
      return events.length - head;
    },
    get bytes() {
      return bytes;
    },
    get inMemoryOnly() {
      return inMemoryOnly;
    },
  };
}

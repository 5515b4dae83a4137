import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { createEventQueue, type QueuedEvent } from './event-queue.ts';
import { openSpool, type Segment, type Spool } from './spool.ts';
import type { SpooledEvent } from './spool-format.ts';

/** What is not yet delivered: the oldest part in memory, ready to be sent, and all of it on disk where there is a directory. */
export interface Backlog {
  add(event: SpooledEvent): void;
  /** The next event to send, or undefined when all are sent. */
  next(): QueuedEvent | undefined;
  /** Delivered. */
  done(event: QueuedEvent): void;
  /** Sends again from the oldest that is not done. */
  rewind(): void;
  size(): number;
  flush(): void;
  /** Once a second: notes on disk what is delivered. True when there is nothing more to note. */
  tidy(): boolean;
  close(): void;
}

export interface BacklogOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly directory: string | null;
  readonly max_items: number;
  readonly max_bytes: number;
}

/** More wait on disk only. */
const maxInMemory_items = 4_096;
const maxSegment_bytes = 4 * 1024 * 1024;
/** The spool is dropped by whole files, so there are at least so many. */
const minSegments = 8;
/** Collected appends are written at the latest when they are so many. */
const maxBuffered_bytes = 64 * 1024;
/** NATS takes 1 MiB in one message; headers and subject come on top. */
const maxEvent_bytes = 900_000;
const subjectPattern = /^[^\s*>]+$/;
const idPattern = /^\S+$/;

export function createBacklog(options: BacklogOptions): Backlog {
  const { logger, max_items, max_bytes } = options;
  const counts = backlogMetrics(options.metrics, () => ({ items: size(), bytes: bytes() }));
  const segment_bytes = Math.min(maxSegment_bytes, max_bytes / minSegments);
  const segment_items = Math.min(maxInMemory_items, Math.ceil(max_items / minSegments));
  const queue = createEventQueue();
  let faulty = false;
  let flushDue = false;

  const fault = (error: unknown): void => {
    counts.faults.add(1);
    if (!faulty) logger.error('The spool of events failed', { error });
    faulty = true;
  };
  /** A process that cannot keep events on disk still works; it says so. */
  const onDisk = (work: (spool: Spool) => void): boolean => {
    if (spool === undefined) return false;
    try {
      work(spool);
      return true;
    } catch (error) {
      fault(error);
      return false;
    }
  };
  const drop = (count: number, why: string): void => {
    if (count <= 0) return;
    counts.dropped.add(count);
    logger.warn('Events were dropped', { count, why });
  };
  const spool = options.directory === null ? undefined : openOrFault(options.directory, fault);
  const size = (): number =>
    (spool?.segments ?? []).reduce((sum, segment) => sum + segment.written - segment.done, queue.inMemoryOnly);
  const bytes = (): number =>
    spool === undefined ? queue.bytes : spool.segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const flush = (): void => {
    if (onDisk((open) => open.flush())) faulty = false;
  };
  const flushSoon = (buffered_bytes: number): void => {
    if (buffered_bytes >= maxBuffered_bytes) flush();
    else if (!flushDue) {
      flushDue = true;
      setImmediate(() => {
        flushDue = false;
        flush();
      });
    }
  };
  const removeDone = (): void => {
    for (const segment of [...(spool?.segments ?? [])]) {
      if (segment !== spool?.active() && isDone(segment)) onDisk((open) => open.remove(segment));
    }
  };
  const enforceBounds = (): void => {
    const before = queue.length;
    while (spool === undefined && (queue.length > max_items || queue.bytes > max_bytes)) queue.shift();
    drop(before - queue.length, 'more waited than may');
    // Called when a new segment begins: room is left for it.
    while (spool !== undefined && (size() > max_items - segment_items || bytes() > max_bytes - segment_bytes)) {
      const oldest = spool.segments[0];
      if (oldest === undefined || oldest === spool.active()) return;
      drop(oldest.written - oldest.done, 'more waited than may');
      while (queue.oldest()?.segment === oldest) queue.shift();
      oldest.done = oldest.written;
      removeDone();
    }
  };
  const addToDisk = (open: Spool, event: SpooledEvent): void => {
    const { in_memory, bytes: active_bytes, written } = open.active();
    const full = in_memory && queue.length >= maxInMemory_items;
    if (full || active_bytes >= segment_bytes || written >= segment_items) {
      onDisk(() => open.rotate(in_memory && !full));
      removeDone();
      enforceBounds();
    }
    const kept = onDisk(() => open.append(event));
    if (open.active().in_memory) queue.push(event, kept ? open.active() : undefined);
    else if (!kept) drop(1, 'the disk does not take them');
    flushSoon(open.buffered_bytes);
  };

  return {
    add(event) {
      if (
        event.payload.length > maxEvent_bytes ||
        !subjectPattern.test(event.subject) ||
        !idPattern.test(event.msg_id)
      ) {
        drop(1, 'NATS would not take such an event');
      } else if (spool === undefined) {
        queue.push(event, undefined);
        enforceBounds();
      } else addToDisk(spool, event);
    },
    next() {
      if (queue.allSent()) onDisk((open) => loadOldest(open, queue, drop));
      return queue.next();
    },
    done(event) {
      event.done = true;
      for (let oldest = queue.oldest(); oldest?.done === true; oldest = queue.oldest()) {
        queue.shift();
        if (oldest.segment === undefined) continue;
        oldest.segment.done++;
        if (isDone(oldest.segment) && oldest.segment !== spool?.active()) removeDone();
      }
    },
    rewind: queue.rewind,
    size,
    flush,
    tidy() {
      flush();
      removeDone();
      onDisk(noteProgress);
      return spool === undefined || (spool.segments.length === 1 && spool.active().written === 0);
    },
    close: () =>
      void onDisk((open) => {
        open.flush();
        noteProgress(open);
        open.close();
        if (isDone(open.active())) open.remove(open.active());
      }),
  };
}

function isDone(segment: Segment): boolean {
  return segment.done >= segment.written;
}

function openOrFault(directory: string, fault: (error: unknown) => void): Spool | undefined {
  try {
    return openSpool(directory);
  } catch (error) {
    fault(error);
    return undefined;
  }
}

function noteProgress(spool: Spool): void {
  const oldest = spool.segments[0];
  if (oldest === undefined) return;
  if (oldest !== spool.active() || !isDone(oldest)) {
    spool.mark(oldest);
    return;
  }
  if (oldest.written > 0) spool.clearActive();
  oldest.in_memory = true;
}

/** Takes the oldest segment that is on disk only into memory; the last of them brings new events back into memory too. */
function loadOldest(
  spool: Spool,
  queue: ReturnType<typeof createEventQueue>,
  drop: (count: number, why: string) => void,
): void {
  const segment = spool.segments.find((candidate) => !candidate.in_memory);
  if (segment === undefined) return;
  if (segment === spool.active()) spool.rotate(true);
  segment.in_memory = true;
  let loaded = segment.done;
  try {
    for (const event of spool.load(segment)) {
      queue.push(event, segment);
      loaded++;
    }
  } finally {
    drop(segment.written - loaded, 'they could not be read back');
    segment.written = loaded;
    if (isDone(segment)) spool.remove(segment);
  }
}

function backlogMetrics(metrics: Metrics, depth: () => { items: number; bytes: number }) {
  metrics.gauge({
    name: 'trunkline_outbox_events',
    help: 'Events that JetStream has not acknowledged yet',
    collect: (set) => set(depth().items),
  });
  metrics.gauge({
    name: 'trunkline_outbox_bytes',
    help: 'Bytes of the spool of events, or of the events in memory where there is no spool',
    collect: (set) => set(depth().bytes),
  });
  return {
    dropped: metrics.counter({ name: 'trunkline_outbox_dropped_total', help: 'Events given up for want of room' }),
    faults: metrics.counter({ name: 'trunkline_outbox_spool_faults_total', help: 'Failed operations on the spool' }),
  };
}

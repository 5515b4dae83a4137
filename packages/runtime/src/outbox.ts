import type { Bus } from './bus.ts';
import type { Clock, Timer } from './clock.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { createBacklog } from './outbox/backlog.ts';
import type { QueuedEvent } from './outbox/event-queue.ts';

/** Events on their way to JetStream. */
export interface Outbox {
  /**
   * Takes an event; never blocks, never throws. `terminal` for an event whose loss would lose a record: it is with the
   * kernel when the call returns. Any other is so within the same turn of the event loop.
   */
  add(event: OutboxEvent, terminal?: boolean): void;
  /** Resolves with how many events are left when all are delivered or the deadline has passed. */
  drain(deadline_ms: number): Promise<number>;
  /** Events not yet acknowledged, in memory and on disk. */
  depth(): number;
  /** Leaves what is not delivered on disk, where the next process finds it. */
  close(): void;
}

export interface OutboxEvent {
  readonly subject: string;
  readonly payload: string;
  readonly msg_id: string;
}

export interface OutboxOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Used by one process at a time. Null keeps events in memory only. */
  readonly directory: string | null;
  /** When there are more, the oldest are dropped. */
  readonly max_items: number;
  readonly max_bytes: number;
}

const maxInFlight = 256;
const firstRetry_ms = 100;
const maxRetry_ms = 5_000;
const tick_ms = 1_000;

/**
 * Publishes in order, up to {@link maxInFlight} at once, and repeats after a failure from the oldest event that is not
 * acknowledged; the stream's duplicate window makes "at least once" exactly once.
 *
 * What a SIGKILL can cost, with a directory: nothing that was added as terminal, and of the others those added in the very turn of
 * the event loop in which the process died. What a power failure can cost: the seconds that the kernel had not yet written.
 * What can be delivered twice: events acknowledged in the last second before a SIGKILL, if the next process starts only after
 * the stream's duplicate window.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { bus, clock, logger } = options;
  const backlog = createBacklog(options);
  let inFlight = 0;
  let failed = false;
  let retry_ms = firstRetry_ms;
  let retryTimer: Timer | undefined;
  let tickTimer: Timer | undefined;
  let closed = false;
  let behind = false;
  const whenEmpty: (() => void)[] = [];
  const published = options.metrics.counter({
    name: 'trunkline_outbox_published_total',
    help: 'Events that JetStream acknowledged',
  });

  const acked = (event: QueuedEvent): void => {
    inFlight--;
    retry_ms = firstRetry_ms;
    published.add(1);
    backlog.done(event);
    if (failed) retryWhenSettled();
    else pump();
  };
  const refused = (error: unknown): void => {
    inFlight--;
    if (!failed) {
      failed = true;
      if (!behind) logger.warn('Events wait for NATS', { depth: backlog.size(), error: String(error) });
      behind = true;
    }
    retryWhenSettled();
  };
  const retryWhenSettled = (): void => {
    if (inFlight > 0 || closed || retryTimer !== undefined) return;
    retryTimer = clock.after(retry_ms, tryAgain);
    retry_ms = Math.min(retry_ms * 2, maxRetry_ms);
  };
  const tryAgain = (): void => {
    retryTimer?.cancel();
    retryTimer = undefined;
    if (inFlight > 0) return;
    failed = false;
    backlog.rewind();
    pump();
  };
  const pump = (): void => {
    while (!failed && !closed && bus.connected && inFlight < maxInFlight) {
      const event = backlog.next();
      if (event === undefined) break;
      inFlight++;
      bus.publish(event.subject, event.payload, event.msg_id).then(() => acked(event), refused);
    }
    if ((behind || whenEmpty.length > 0) && backlog.size() === 0) emptied();
  };
  const emptied = (): void => {
    if (behind) logger.info('No event waits for NATS any more');
    behind = false;
    for (const tell of whenEmpty.splice(0)) tell();
  };
  const tick = (): void => {
    tickTimer = undefined;
    if (!backlog.tidy()) startTick();
  };
  const startTick = (): void => {
    if (!closed) tickTimer ??= clock.after(tick_ms, tick);
  };

  bus.onConnectionChange((connected) => {
    if (connected) tryAgain();
  });
  if (backlog.size() > 0) logger.info('Events of an earlier process are delivered now', { depth: backlog.size() });
  startTick();
  pump();
  return {
    add(event, terminal = false) {
      backlog.add(event);
      if (terminal) backlog.flush();
      startTick();
      if (inFlight < maxInFlight) pump();
    },
    depth: () => backlog.size(),
    drain(deadline_ms) {
      if (backlog.size() === 0) return Promise.resolve(0);
      return new Promise((resolve) => {
        const timer = clock.after(deadline_ms, () => resolve(backlog.size()));
        whenEmpty.push(() => {
          timer.cancel();
          resolve(0);
        });
      });
    },
    close() {
      closed = true;
      retryTimer?.cancel();
      tickTimer?.cancel();
      backlog.close();
    },
  };
}

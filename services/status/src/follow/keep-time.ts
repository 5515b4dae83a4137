import type { Instant } from '@trunkline/contracts/time';
import type { Subscription } from '@trunkline/runtime/bus';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import { type RecordStore, StoreUnavailable } from '../store/record-store.ts';
import { liveCallLifetime_ms } from '../view/calls-view.ts';
import type { View } from '../view/view.ts';

const edgesInterval_ms = 1_000;
const viewInterval_ms = 60_000;
const storeInterval_ms = 600_000;
/** Records deleted in one statement: a few hundred milliseconds of the database. */
const forgetPortion_records = 5_000;
/** Portions of one round, so that a round ends; the next goes on. */
const maxPortions = 200;

/** What happens because time passes and not because anybody tells: edges fall silent, counts age, records expire. */
export function keepTime(parts: {
  readonly view: View;
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly retention_ms: number;
}): Subscription {
  const { view, store, clock, logger } = parts;
  let stopped = false;
  const timers = new Map<number, Timer>();
  const every = (interval_ms: number, work: () => void | Promise<void>): void => {
    const wait = (): void => {
      if (!stopped)
        timers.set(
          interval_ms,
          clock.after(interval_ms, () => void run()),
        );
    };
    const run = async (): Promise<void> => {
      await work();
      wait();
    };
    wait();
  };

  let live = '';
  every(edgesInterval_ms, () => {
    const edges = view.edges.live(clock.now()).map(({ heartbeat }) => heartbeat.edge);
    if (edges.join() !== live) view.changes.tell({ kind: 'edges', applied: true });
    live = edges.join();
  });
  every(viewInterval_ms, () => {
    const now = clock.now();
    view.lately.forget(now);
    for (const call of view.calls.forgetSilent((now - liveCallLifetime_ms) as Instant)) {
      view.changes.tell({ kind: 'call', call });
    }
    view.changes.tell({ kind: 'time' });
  });
  every(storeInterval_ms, async () => {
    const now = clock.now();
    const records = (now - parts.retention_ms) as Instant;
    const before = { records, live: (now - liveCallLifetime_ms) as Instant };
    try {
      for (let portion = 0; portion < maxPortions && !stopped; portion++) {
        if ((await store.forget(before, forgetPortion_records)) < forgetPortion_records) break;
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      logger.warn('Old records were not deleted', { error });
    }
  });

  return {
    async stop() {
      stopped = true;
      for (const timer of timers.values()) timer.cancel();
    },
  };
}

import type { Instant } from '@trunkline/contracts/time';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import { mostForgotten } from '../store/limits.ts';
import type { CleaningStore } from '../store/store.ts';

const hour_ms = 3_600_000;
const interval_ms = hour_ms;
/** A token that ended is still seen in the list for a day. */
const tokensKept_ms = 24 * hour_ms;
const executionsKept_ms = 30 * 24 * hour_ms;

export interface Cleaner {
  start(): void;
  stop(): Promise<void>;
}

/** Forgets what has had its time, at the start and every hour. */
export function createCleaner(parts: {
  readonly store: CleaningStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** To be called after a commit: publication follows at once. */
  readonly committed: () => void;
}): Cleaner {
  const { store, clock, logger } = parts;
  let stopped = false;
  let timer: Timer | undefined;
  let running: Promise<void> = Promise.resolve();

  const forget = async (what: string, some: () => Promise<number>): Promise<void> => {
    let total = 0;
    let found = mostForgotten;
    while (found === mostForgotten && !stopped) {
      found = await some();
      total += found;
      if (found > 0) parts.committed();
    }
    if (total > 0) logger.info('What has had its time was forgotten', { what, total });
  };
  const clean = async (): Promise<void> => {
    const now = clock.now();
    try {
      await forget('tokens', () => store.forgetTokens((now - tokensKept_ms) as Instant));
      await forget('executions', () => store.forgetExecutions((now - executionsKept_ms) as Instant));
    } catch (error) {
      logger.warn('What has had its time will be forgotten later', { error: String(error) });
    }
  };
  const begin = (): void => {
    running = clean();
    timer = clock.after(interval_ms, begin);
  };
  return {
    start: begin,
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
    },
  };
}

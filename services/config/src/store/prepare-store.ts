import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import { StoreUnavailable } from './faults.ts';
import type { Bootstrap, Store } from './store.ts';

const retry_ms = 1_000;

export interface Preparation {
  /** Why the store cannot be used yet. */
  reason(): string | undefined;
  stop(): void;
}

/**
 * Prepares the store as soon as the database answers, then calls `prepared`, once. A fault other than a database that is
 * away goes to `failed`: nothing here could mend it.
 */
export function prepareStore(parts: {
  readonly store: Store;
  readonly bootstrap: Bootstrap | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly prepared: () => void;
  readonly failed: (error: unknown) => void;
}): Preparation {
  const { store, bootstrap, clock, logger } = parts;
  let done = false;
  let stopped = false;
  let timer: Timer | undefined;
  let reason = 'the database has not been prepared';

  const attempt = async (): Promise<void> => {
    try {
      await store.prepare();
      if (bootstrap !== undefined) await store.bootstrap(bootstrap);
      if (stopped) return;
      done = true;
      parts.prepared();
    } catch (error) {
      if (stopped) return;
      if (!(error instanceof StoreUnavailable)) return parts.failed(error);
      reason = error.message;
      logger.warn('The database cannot be used yet', { retry_ms, reason, error: String(error.cause ?? error) });
      timer = clock.after(retry_ms, () => void attempt());
    }
  };
  void attempt();
  return {
    reason: () => (done ? undefined : reason),
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import { type Sealer, sealContext } from '@trunkline/runtime/seal';
import type { JournalStore } from '../store/store.ts';

/** Secrets sealed again in one transaction. */
const batchSize = 200;
const retry_ms = 5_000;

export interface Rotation {
  start(): void;
  stop(): Promise<void>;
}

/**
 * Brings every secret under the present master key, once after the start: then the former keys can be taken out of the
 * environment. Edges that have both keys read either seal, so nobody notices.
 */
export function createRotation(parts: {
  readonly store: Pick<JournalStore, 'reseal'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** To be called after a commit: publication follows at once. */
  readonly committed: () => void;
}): Rotation {
  const { store, sealer, clock, logger } = parts;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: Timer | undefined;

  const rotate = async (kind: 'trunks' | 'agents'): Promise<{ resealed: number; lost: number }> => {
    let [resealed, lost] = [0, 0];
    let after: string | undefined;
    do {
      const page = await store.reseal({
        kind,
        current: sealer.current,
        after,
        limit: batchSize,
        again: (sealed, account, owner) => {
          const context = sealContext(account, owner);
          const secret = sealer.open(sealed, context);
          if (secret === undefined) lost += 1;
          return secret === undefined ? undefined : sealer.seal(secret, context);
        },
      });
      resealed += page.resealed;
      after = page.next;
      if (page.resealed > 0) parts.committed();
    } while (after !== undefined && !stopped);
    return { resealed, lost };
  };
  const work = async (): Promise<void> => {
    try {
      for (const kind of ['trunks', 'agents'] as const) {
        const { resealed, lost } = await rotate(kind);
        if (resealed > 0) logger.info('Secrets were sealed under the present key', { kind, resealed });
        if (lost > 0) logger.error('Secrets cannot be opened with the keys that are here', { kind, lost });
      }
    } catch (error) {
      if (stopped) return;
      logger.warn('Secrets will be sealed again later', { retry_ms, error: String(error) });
      timer = clock.after(retry_ms, begin);
    }
  };
  const begin = (): void => {
    running = work();
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

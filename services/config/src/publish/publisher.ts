import { buckets } from '@trunkline/contracts/nats-map';
import type { Bucket, Bus } from '@trunkline/runtime/bus';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import type { Counter, Metrics } from '@trunkline/runtime/metrics';
import type { Document, PublicationStore, PublishedBucket } from '../store/store.ts';
import { reconcile } from './reconcile.ts';

/** Changed keys taken from the outbox at once. */
const batchSize = 200;
/** Rows that another process left behind, or that a commit wrote whose answer was lost, wait at most so long. */
const sweep_ms = 1_000;
const firstRetry_ms = 100;
const maxRetry_ms = 5_000;
/** With very many trunks a comparison takes longer than the interval: it then rests so many times as long as it took. */
const restFactor = 20;
/** Tokens first, agents before the trunks whose numbers name them. */
const order: readonly PublishedBucket[] = ['tokens', 'agents', 'trunks'];

export interface PublisherParts {
  readonly store: PublicationStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Time between two full comparisons of the store with NATS. */
  readonly reconcile_interval_ms: number;
}

export interface Publisher {
  start(): void;
  /** To be called after every commit. Returns at once. */
  wake(): void;
  /** Why nothing has been published since the start; undefined once everything has. */
  reason(): string | undefined;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** Keeps the KV buckets equal to the store: changes at once and in order, everything now and then. */
export function createPublisher(parts: PublisherParts): Publisher {
  return new PublisherLoop(parts);
}

/** The one owner of what is to be done: one job runs at a time. */
class PublisherLoop implements Publisher {
  readonly #parts: PublisherParts;
  readonly #published: Counter<'bucket'>;
  readonly #failures: Counter;
  readonly #open = new Map<PublishedBucket, Bucket>();
  #timers: Timer[] = [];
  #running: Promise<void> | undefined;
  #drainWanted = false;
  #reconcileWanted = true;
  /** Of the comparison. */
  #rested_at = 0;
  #retry_ms = firstRetry_ms;
  #complete = false;
  #stopped = true;
  #stopping = new AbortController();

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#published = parts.metrics.counter({
      name: 'trunkline_config_published_total',
      help: 'Documents written to or removed from NATS KV',
      labels: ['bucket'],
    });
    this.#failures = parts.metrics.counter({
      name: 'trunkline_config_publication_failures_total',
      help: 'Times that publication had to be tried again',
    });
  }

  start(): void {
    this.#stopped = false;
    this.#stopping = new AbortController();
    // NATS may have lost its data while it was away.
    this.#parts.bus.onConnectionChange((connected) => connected && this.#wantReconcile());
    this.#every(sweep_ms, () => this.wake());
    this.#every(this.#parts.reconcile_interval_ms, () => {
      if (this.#parts.clock.now() >= this.#rested_at) this.#wantReconcile();
    });
    this.#reconcileWanted = true;
    this.wake();
  }

  wake(): void {
    this.#drainWanted = true;
    this.#run();
  }

  reason(): string | undefined {
    return this.#complete ? undefined : 'the configuration has not been published to NATS since the start';
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopping.abort();
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    await this.#running;
  }

  #wantReconcile(): void {
    this.#reconcileWanted = true;
    this.#run();
  }

  #run(): void {
    if (this.#running !== undefined || this.#stopped || !this.#parts.bus.connected) return;
    this.#running = this.#work().finally(() => {
      this.#running = undefined;
    });
  }

  async #work(): Promise<void> {
    try {
      while (!this.#stopped && (this.#drainWanted || this.#reconcileWanted)) {
        await this.#drain();
        if (this.#reconcileWanted) await this.#reconcile();
      }
      this.#retry_ms = firstRetry_ms;
    } catch (error) {
      if (this.#stopped) return;
      this.#failures.add(1);
      this.#drainWanted = true;
      this.#parts.logger.warn('Publication will be tried again', { retry_ms: this.#retry_ms, error: String(error) });
      this.#once(this.#retry_ms, () => this.#run());
      this.#retry_ms = Math.min(this.#retry_ms * 2, maxRetry_ms);
    }
  }

  async #drain(): Promise<void> {
    while (this.#drainWanted && !this.#stopped) {
      this.#drainWanted = false;
      const taken = await this.#parts.store.drainOutbox(batchSize, (document) => this.#publish(document));
      if (taken === batchSize) this.#drainWanted = true;
    }
  }

  async #publish({ bucket, key, value }: Document): Promise<void> {
    const open = await this.#bucket(bucket);
    if (value === null) await open.delete(key);
    else await open.put(key, value);
    this.#published.add(1, { bucket });
  }

  async #reconcile(): Promise<void> {
    const { store, clock, logger } = this.#parts;
    const { signal } = this.#stopping;
    this.#reconcileWanted = false;
    const began_at = clock.now();
    try {
      for (const name of order) {
        const bucket = await this.#bucket(name);
        const result = await reconcile({ store, bucket, name, clock, signal, between: () => this.#drain() });
        this.#published.add(result.written + result.removed, { bucket: name });
        if (result.written + result.removed > 0)
          logger.info('NATS was brought up to date', { bucket: name, ...result });
      }
      this.#complete = true;
      this.#rested_at = clock.now() + restFactor * (clock.now() - began_at);
    } catch (error) {
      this.#reconcileWanted = true;
      throw error;
    }
  }

  async #bucket(name: PublishedBucket): Promise<Bucket> {
    const open = this.#open.get(name) ?? (await this.#parts.bus.bucket(buckets[name]));
    this.#open.set(name, open);
    return open;
  }

  #once(delay_ms: number, run: () => void): void {
    const timer = this.#parts.clock.after(delay_ms, () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
      run();
    });
    this.#timers.push(timer);
  }

  #every(interval_ms: number, run: () => void): void {
    this.#once(interval_ms, () => {
      run();
      this.#every(interval_ms, run);
    });
  }
}

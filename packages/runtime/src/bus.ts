/** NATS is away, did not answer in time, or refused. Expected: callers repeat, or go without. */
export class BusDownError extends Error {
  override readonly name = 'BusDownError';
  /** A request that reached nobody, so that nobody can have done what it asks. */
  readonly unheard: boolean;
  constructor(message: string, options: { readonly cause?: unknown; readonly unheard?: boolean } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.unheard = options.unheard ?? false;
  }
}

/**
 * What Trunkline needs of NATS with JetStream, and no more. `nats-bus.ts` is the real one, testkit's `memory-bus.ts` the
 * fake; both pass testkit's `bus-contract.ts`. Payloads are UTF-8 JSON text; callers parse with their zod schema.
 *
 * While NATS is away `publish`, `request` and a bucket's `get`, `put`, `delete`, `keys` reject with {@link BusDownError},
 * within 5 seconds unless said otherwise. `bucket`, `ensureStream`, `watch`, `consume` and `respond` resolve all the same:
 * what they ask for comes into being when NATS is there, and again after every outage.
 */
export interface Bus {
  /** Resolves when JetStream has stored the message. The same `msg_id` within the duplicate window is stored once. */
  publish(subject: string, payload: string, msg_id: string): Promise<void>;
  /** Opens the bucket, creating it when absent (history 1, file storage). */
  bucket(name: string): Promise<Bucket>;
  /** Creates the stream or brings its settings up to date; makes it again should NATS lose it. */
  ensureStream(settings: StreamSettings): Promise<void>;
  /**
   * Durable, in order, at least once: `handle` is awaited before the next batch is taken, and a batch whose handler throws is
   * delivered again. Starts from the oldest message kept when the durable name is new. Readers under one durable name do not
   * share the messages: each gets all.
   */
  consume(
    stream: string,
    durable: string,
    handle: (batch: readonly Delivered[]) => Promise<void>,
  ): Promise<Subscription>;
  /** Core request/reply, for asking one of the running services. Rejects after `timeout_ms`. */
  request(subject: string, payload: string, timeout_ms: number): Promise<string>;
  /** Answers requests; members of one `queue` share them. */
  respond(
    subject: string,
    queue: string,
    answer: (payload: string, subject: string) => Promise<string>,
  ): Promise<Subscription>;
  readonly connected: boolean;
  /** Calls back with every change of `connected`. */
  onConnectionChange(listener: (connected: boolean) => void): void;
  close(): Promise<void>;
}

export interface StreamSettings {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly max_age_ms: number;
  readonly max_bytes: number;
  readonly duplicate_window_ms: number;
}

export interface Delivered {
  readonly subject: string;
  readonly payload: string;
  /** Stream sequence, rising. */
  readonly sequence: number;
}

export interface Subscription {
  stop(): Promise<void>;
}

/** The characters NATS allows in a key; a dot parts it into tokens. */
const bucketKey = /^[-/_=a-zA-Z0-9]+(\.[-/_=a-zA-Z0-9]+)*$/;

/** A wrong key is a programming error, hence thrown. */
export function assertBucketKey(key: string): void {
  if (!bucketKey.test(key)) throw new TypeError(`Not a bucket key: ${key}`);
}

export interface Bucket {
  get(key: string): Promise<Entry | undefined>;
  /** Returns the new revision. */
  put(key: string, value: string): Promise<number>;
  /** Deleting what is absent is no error. */
  delete(key: string): Promise<void>;
  keys(): Promise<string[]>;
  /**
   * First every present entry (one that is overwritten at that very moment may come just after), then `onReady` once, then every change, in revision order; after a reconnect nothing is
   * missed, though of several changes to one key during the outage only the last is told. When NATS has lost its data,
   * entries that are gone are told as deletes and revisions start again. `handle` is called synchronously, one change at a
   * time; what it throws is logged and the watch goes on.
   */
  watch(handle: (change: Change) => void, onReady: () => void): Promise<Subscription>;
}

export interface Entry {
  readonly value: string;
  readonly revision: number;
}

export type Change =
  | { readonly kind: 'put'; readonly key: string; readonly value: string; readonly revision: number }
  | { readonly kind: 'delete'; readonly key: string; readonly revision: number };

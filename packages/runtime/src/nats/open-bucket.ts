import { JetStreamApiError, JetStreamError, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { assertBucketKey, type Bucket, BusDownError, type Change } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { type Link, whileConnected } from './link.ts';
import { watchBucket } from './watch-bucket.ts';

const requestDeadline_ms = 5_000;
const keysDeadline_ms = 30_000;

/** JetStream's code for a stream that does not exist. */
const streamNotFound = 10_059;

/** The bucket is made when NATS is first there, and again when NATS has lost it. */
export async function openBucket(parts: {
  readonly link: Link;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly name: string;
}): Promise<Bucket> {
  const { link, clock, logger, name } = parts;
  let open: { readonly connection: NatsConnection; readonly kv: KV } | undefined;

  const ensure = async (connection: NatsConnection): Promise<KV> => {
    const kv = await createBucket(connection, name);
    open = { connection, kv };
    return kv;
  };
  const withBucket = async <T>(work: (kv: KV) => Promise<T>, deadline_ms = requestDeadline_ms): Promise<T> => {
    const connection = link.connection();
    const attempt = async (): Promise<T> => {
      const kv = open?.connection === connection ? open.kv : await ensure(connection);
      try {
        return await work(kv);
      } catch (error) {
        if (!isBucketMissing(error)) throw error;
        return work(await ensure(connection));
      }
    };
    return whileConnected(link, clock, deadline_ms, attempt()).catch((error: unknown) => {
      throw error instanceof BusDownError ? error : new BusDownError(`Bucket ${name} failed`, { cause: error });
    });
  };

  const watch = (handle: (change: Change) => void, onReady: () => void) =>
    watchBucket({
      link,
      clock,
      logger,
      bucket: name,
      ensure: async (connection) => void (await ensure(connection)),
      handle,
      onReady,
    });

  if (link.connected) await withBucket(async () => {});
  return {
    get: async (key) => {
      assertBucketKey(key);
      return withBucket(async (kv) => {
        const entry = await kv.get(key);
        return entry === null || entry.operation !== 'PUT'
          ? undefined
          : { value: entry.string(), revision: entry.revision };
      });
    },
    put: async (key, value) => {
      assertBucketKey(key);
      return withBucket((kv) => kv.put(key, value));
    },
    delete: async (key) => {
      assertBucketKey(key);
      return withBucket((kv) => kv.delete(key));
    },
    // The library's own list waits for ever when an entry that it counted is overwritten meanwhile; a watch does not.
    keys: async () => {
      const keys = new Set<string>();
      let shown = (): void => {};
      const all = new Promise<void>((resolve) => {
        shown = resolve;
      });
      const subscription = watch(({ kind, key }) => void (kind === 'put' ? keys.add(key) : keys.delete(key)), shown);
      try {
        await withBucket(() => all, keysDeadline_ms);
        return [...keys];
      } finally {
        await subscription.stop();
      }
    },
    watch: async (handle, onReady) => watch(handle, onReady),
  };
}

/** Several processes may create it at the same time: with equal settings that is no error. */
async function createBucket(connection: NatsConnection, name: string): Promise<KV> {
  const client = jetstream(connection, { timeout: requestDeadline_ms });
  // Without JetStream the library's create would name the wrong cause.
  await jetstreamManager(connection, { timeout: requestDeadline_ms });
  return new Kvm(client).create(name, { history: 1 });
}

function isBucketMissing(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === streamNotFound;
  // A put to a stream that is not there finds nobody who answers; the library calls that "not enabled".
  return error instanceof JetStreamError || (error as Error).name === 'JetStreamNotEnabled';
}

import type { Bucket, Bus, StreamSettings } from './bus.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Logger } from './logger.ts';
import { consumeStream } from './nats/consume-stream.ts';
import { ensureStream } from './nats/ensure-stream.ts';
import { openLink, whileConnected } from './nats/link.ts';
import { openBucket } from './nats/open-bucket.ts';
import { createPublisher } from './nats/publisher.ts';
import { request, respond } from './nats/request-reply.ts';

export interface ConnectOptions {
  /** `nats://user:password@host:port`; without a user where the server asks for none. */
  readonly url: string;
  /** Shown by NATS in its list of connections. */
  readonly name: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  /**
   * True: NATS may be away now; the bus is returned at once and connects when it can. Streams, buckets, watches, consumers
   * and responders asked for meanwhile come into being then; everything else rejects with BusDownError.
   * False: rejects unless NATS answers within 5 seconds.
   */
  readonly wait: boolean;
}

const ensureDeadline_ms = 10_000;
const ensureRetry_ms = 1_000;
/** Names the bucket in which consumers keep how far they have come. */
const positionsBucket = 'positions';

/** The real {@link Bus}. Reconnects for ever; makes streams and buckets again when NATS has lost its data. */
export async function connectBus(options: ConnectOptions): Promise<Bus> {
  const { logger, clock = systemClock } = options;
  const link = await openLink({ ...options, clock }, options.wait);
  const streams = new Map<string, StreamSettings>();
  const listeners = new Set<(connected: boolean) => void>();
  let retrying = false;

  const ensureAll = (): void => {
    if (retrying || !link.connected) return;
    const ensured = [...streams.values()].map((settings) => ensureStream(link.connection(), settings));
    retrying = ensured.length > 0;
    Promise.all(ensured).then(
      () => {
        retrying = false;
      },
      (error: unknown) => {
        logger.warn('A stream could not be made', { error: String(error) });
        clock.after(ensureRetry_ms, () => {
          retrying = false;
          ensureAll();
        });
      },
    );
  };
  link.follow({ up: ensureAll });
  const publisher = createPublisher(link, clock, ensureAll);
  link.follow({
    up: () => listeners.forEach((listener) => void listener(true)),
    down: () => listeners.forEach((listener) => void listener(false)),
  });

  const bucket = (name: string): Promise<Bucket> => openBucket({ link, clock, logger, name });
  return {
    publish: publisher.publish,
    bucket,
    async ensureStream(settings) {
      streams.set(settings.name, settings);
      if (link.connected) {
        await whileConnected(link, clock, ensureDeadline_ms, ensureStream(link.connection(), settings));
      }
    },
    async consume(stream, durable, handle) {
      const positions = await bucket(positionsBucket);
      const ensure = async (): Promise<void> => {
        const settings = streams.get(stream);
        if (settings !== undefined) await ensureStream(link.connection(), settings);
      };
      return consumeStream({ link, clock, logger, stream, durable, positions, ensure, handle });
    },
    request: (subject, payload, timeout_ms) => request(link, subject, payload, timeout_ms),
    respond: async (subject, queue, answer) => respond(link, logger, subject, queue, answer),
    get connected() {
      return link.connected;
    },
    onConnectionChange: (listener) => void listeners.add(listener),
    async close() {
      publisher.close();
      await link.close();
    },
  };
}

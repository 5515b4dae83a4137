import { type ConsumerMessages, DeliverPolicy, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Change, Subscription } from '../bus.ts';
import type { Clock, Timer } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { createKnownEntries, type KnownEntries } from './known-entries.ts';
import type { Link } from './link.ts';

export interface WatchOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bucket: string;
  /** Creates the bucket when it is absent. */
  readonly ensure: (connection: NatsConnection) => Promise<void>;
  readonly handle: (change: Change) => void;
  readonly onReady: () => void;
}

const retry_ms = 500;
const maxAsked_requests = 256;
/** How often a look that is not complete asks whether anything is still to come. */
const recheck_ms = 500;

/**
 * Looks at the whole bucket on every connect and whenever the server's consumer shows a fault, and tells only what differs
 * from what was told before. That costs a second for 100 000 entries, and leaves no case in which a change is missed:
 * server restarted, consumer lost, bucket deleted, data lost or restored from a backup.
 */
export function watchBucket(options: WatchOptions): Subscription {
  const { link, clock, logger, bucket } = options;
  let ready = false;
  let stopped = false;
  let look = 0;
  let messages: ConsumerMessages | undefined;
  let timer: Timer | undefined;

  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      // One bad entry must not keep the others from being applied.
      logger.error('A fault while a change of configuration was applied', { bucket, error });
    }
  };
  const known = createKnownEntries((change) => guarded(() => options.handle(change)));

  const halt = (): void => {
    look++;
    timer?.cancel();
    messages?.stop();
    messages = undefined;
  };
  const restart = (why: string): void => {
    if (stopped) return;
    logger.warn('Looking at the whole bucket again', { bucket, why });
    halt();
    timer = clock.after(retry_ms, () => {
      if (link.connected && !stopped) start(link.connection());
    });
  };
  const start = (connection: NatsConnection): void => {
    halt();
    const mine = look;
    const current = (): boolean => mine === look && !stopped;
    const fail = (error: unknown): void => {
      if (current()) restart(String(error));
    };
    lookAtAll(connection, options, known, current).then((opened) => {
      opened.complete.then(() => {
        if (ready || !current()) return;
        ready = true;
        guarded(options.onReady);
      }, fail);
      if (!current()) {
        opened.messages.stop();
        return;
      }
      messages = opened.messages;
      void followStatus(opened, current, restart);
    }, fail);
  };

  const leave = link.follow({ up: start, down: halt });
  return {
    async stop() {
      stopped = true;
      leave();
      halt();
    },
  };
}

interface Look {
  readonly messages: ConsumerMessages;
  /** Resolves when every present entry has been told, and every one that is gone. */
  readonly complete: Promise<void>;
  /** The server has nothing more to deliver. */
  idle(): void;
}

async function lookAtAll(
  connection: NatsConnection,
  options: WatchOptions,
  known: KnownEntries,
  current: () => boolean,
): Promise<Look> {
  const stream = `KV_${options.bucket}`;
  const prefix = `$KV.${options.bucket}.`;
  await options.ensure(connection);
  const manager = await jetstreamManager(connection);
  const consumer = await jetstream(connection).consumers.getPushConsumer(stream, {
    deliver_policy: DeliverPolicy.LastPerSubject,
    filter_subjects: `${prefix}>`,
  });
  const first = gate();
  const caughtUp = gate();
  let delivered = 0;
  let target = Number.POSITIVE_INFINITY;
  if (current()) known.begin();
  const messages = await consumer.consume({
    callback: (message) => {
      if (!current()) return;
      known.see(seen(message, prefix));
      delivered = message.info.streamSequence;
      if (message.info.pending === 0) first.open();
      if (delivered >= target) caughtUp.open();
    },
  });
  if ((await consumer.info(true)).num_pending === 0) first.open();
  const finish = async (): Promise<void> => {
    await first.opened;
    // An entry overwritten since the consumer was made is not among the first ones; it comes up to here.
    const { state } = await manager.streams.info(stream);
    target = state.messages === 0 ? 0 : state.last_seq;
    if (delivered < target) await caughtUp.opened;
    await forgetVanished(known, current, async (key) => {
      const message = await manager.streams.getMessage(stream, { last_by_subj: prefix + key });
      return message !== null;
    });
  };
  const idle = (): void => {
    first.open();
    if (target !== Number.POSITIVE_INFINITY) caughtUp.open();
  };
  const complete = finish();
  // The server counts an entry as pending that was overwritten before it was delivered, and its heartbeats are 30 s apart.
  recheck(options.clock, current, complete, async () => {
    const { num_pending, delivered: told } = await consumer.info();
    const { state } = await manager.streams.info(stream);
    if (num_pending === 0 || told.stream_seq >= state.last_seq) idle();
  });
  return { messages, complete, idle };
}

/** Asks again and again until the look is complete or given up. */
function recheck(clock: Clock, current: () => boolean, complete: Promise<void>, ask: () => Promise<void>): void {
  let done = false;
  const end = (): void => {
    done = true;
    timer.cancel();
  };
  const next = (): Timer => clock.after(recheck_ms, again);
  const again = (): void => {
    const goOn = (): void => {
      if (!done && current()) timer = next();
    };
    if (!done && current()) ask().then(goOn, goOn);
  };
  let timer = next();
  complete.then(end, end);
}

/** One that is overwritten again and again may not have been delivered yet: each is asked for before it is told as gone. */
async function forgetVanished(
  known: KnownEntries,
  current: () => boolean,
  exists: (key: string) => Promise<boolean>,
): Promise<void> {
  const keys = known.unseen();
  for (let at = 0; at < keys.length && current(); at += maxAsked_requests) {
    const asked = keys.slice(at, at + maxAsked_requests);
    const present = await Promise.all(asked.map(exists));
    for (const [index, key] of asked.entries()) if (present[index] === false && current()) known.forget(key);
  }
}

function gate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

function seen(message: JsMsg, prefix: string) {
  const { streamSequence, timestampNanos } = message.info;
  return {
    key: message.subject.slice(prefix.length),
    revision: streamSequence,
    identity: `${streamSequence}@${timestampNanos}`,
    value: (message.headers?.get('KV-Operation') ?? '') === '' ? message.string() : undefined,
  };
}

/** The library repairs a gap by itself; what it cannot repair ends here in another look. */
async function followStatus(look: Look, current: () => boolean, restart: (why: string) => void): Promise<void> {
  for await (const { type } of look.messages.status()) {
    if (!current()) return;
    // Sent only when nothing waits to be delivered.
    if (type === 'heartbeat') look.idle();
    if (type === 'heartbeats_missed' || type === 'stream_not_found' || type === 'consumer_deleted') {
      restart(type);
      return;
    }
  }
  if (current()) restart('closed');
}

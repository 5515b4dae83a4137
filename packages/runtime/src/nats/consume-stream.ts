import { type Consumer, type ConsumerMessages, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Bucket, Delivered, Subscription } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Link } from './link.ts';

export interface ConsumeOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stream: string;
  readonly durable: string;
  /** Where positions are kept. */
  readonly positions: Bucket;
  readonly ensure: () => Promise<void>;
  readonly handle: (batch: readonly Delivered[]) => Promise<void>;
}

const maxBatch_messages = 256;
/** Asked for at once, hence at most in memory. */
const maxFetched_messages = 1_024;
const fetch_ms = 10_000;
const firstRetry_ms = 200;
const maxRetry_ms = 5_000;

/** How far a reader has come. `created` tells one life of the stream from the next, whose sequences begin at 1 again. */
interface Position {
  readonly created: string;
  readonly sequence: number;
}

/**
 * Reads the stream in order and keeps the position in a bucket after each batch. A durable consumer with acknowledgements
 * would deliver what a killed reader had not acknowledged only after a wait and behind newer messages: out of order.
 */
export function consumeStream(options: ConsumeOptions): Subscription {
  const { link, clock, logger, stream, durable } = options;
  let stopped = false;
  let position: Position | undefined;
  let messages: ConsumerMessages | undefined;
  let wake = (): void => {};

  const over = (): boolean => stopped || link.closed;
  /** Resolves after `delay_ms`, or sooner when the connection changes or the reader stops. */
  const pause = (delay_ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = clock.after(delay_ms, resolve);
      wake = () => {
        timer.cancel();
        resolve();
      };
    });
  const halt = (): void => {
    messages?.stop();
    messages = undefined;
    wake();
  };
  const handleUntilDone = async (batch: readonly Delivered[]): Promise<boolean> => {
    for (let delay_ms = firstRetry_ms; !over(); delay_ms = Math.min(delay_ms * 2, maxRetry_ms)) {
      try {
        await options.handle(batch);
        return true;
      } catch (error) {
        logger.error('A batch was not handled and is tried again', { stream, durable, size: batch.length, error });
        await pause(delay_ms);
      }
    }
    return false;
  };
  const readOnce = async (consumer: Consumer, created: string): Promise<void> => {
    const opened = await consumer.fetch({ max_messages: maxFetched_messages, expires: fetch_ms });
    messages = opened;
    if (stopped) opened.stop();
    const take = batches(opened);
    for (let batch = await take(); batch.length > 0; batch = await take()) {
      if (!(await handleUntilDone(batch))) return;
      position = { created, sequence: batch.at(-1)?.sequence ?? 0 };
      // Not saved means handled once more after a restart of this process, nothing else.
      await savePosition(options, position).catch(() => {});
    }
  };
  const read = async (): Promise<void> => {
    await options.ensure();
    const from = await startingPoint(options, position);
    position = from;
    const consumer = await jetstream(link.connection()).consumers.get(stream, { opt_start_seq: from.sequence + 1 });
    while (!stopped && link.connected) await readOnce(consumer, from.created);
  };
  const run = async (): Promise<void> => {
    for (let delay_ms = firstRetry_ms; !over(); delay_ms = Math.min(delay_ms * 2, maxRetry_ms)) {
      const before = position;
      await read().catch((error: unknown) => {
        if (link.connected && !stopped)
          logger.warn('Reading the stream failed', { stream, durable, error: String(error) });
      });
      if (position !== before) delay_ms = firstRetry_ms;
      if (!over()) await pause(delay_ms);
    }
  };

  const leave = link.follow({ up: () => wake(), down: halt });
  const ended = run();
  return {
    async stop() {
      stopped = true;
      leave();
      halt();
      await ended;
    },
  };
}

/** Each call waits for a message and takes with it what has arrived by then; an empty batch means that the fetch is over. */
function batches(messages: ConsumerMessages): () => Promise<Delivered[]> {
  const iterator = messages[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<JsMsg>> | undefined;
  return async () => {
    const batch: Delivered[] = [];
    while (batch.length < maxBatch_messages) {
      next ??= iterator.next();
      const result = batch.length === 0 ? await next : await Promise.race([next, turnOfTheLoop()]);
      if (result === undefined || result.done === true) break;
      next = undefined;
      batch.push({ subject: result.value.subject, payload: result.value.string(), sequence: result.value.seq });
    }
    return batch;
  };
}

function turnOfTheLoop(): Promise<undefined> {
  return new Promise((resolve) => setImmediate(() => resolve(undefined)));
}

async function startingPoint(options: ConsumeOptions, inMemory: Position | undefined): Promise<Position> {
  const manager = await jetstreamManager(options.link.connection());
  const { created, state } = await manager.streams.info(options.stream);
  const saved = inMemory ?? parsePosition((await options.positions.get(positionKey(options)))?.value);
  const valid = saved !== undefined && saved.created === created && saved.sequence <= state.last_seq;
  return valid ? saved : { created, sequence: 0 };
}

async function savePosition(options: ConsumeOptions, position: Position): Promise<void> {
  await options.positions.put(positionKey(options), JSON.stringify(position));
}

function positionKey({ stream, durable }: ConsumeOptions): string {
  return `${stream}.${durable}`;
}

function parsePosition(text: string | undefined): Position | undefined {
  if (text === undefined) return undefined;
  const { created, sequence } = JSON.parse(text) as Partial<Position>;
  return typeof created === 'string' && Number.isSafeInteger(sequence)
    ? { created, sequence: sequence ?? 0 }
    : undefined;
}

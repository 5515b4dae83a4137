import {
  assertBucketKey,
  type Bucket,
  type Bus,
  BusDownError,
  type Change,
  type Delivered,
  type StreamSettings,
  type Subscription,
} from '@trunkline/runtime/bus';

/** The fake {@link Bus}. Passes the same contract as the real one; nothing leaves the process. */
export interface MemoryBus extends Bus {
  /** As if the server went away and came back; what is stored stays. */
  setConnected(connected: boolean): void;
  /** As if the server came back with an empty disk. Only while not connected. */
  loseData(): void;
  /** Everything published to streams so far, oldest first. */
  published(): readonly Delivered[];
}

interface StoredStream {
  settings: StreamSettings;
  readonly messages: Delivered[];
  readonly ids: Set<string>;
}

interface StoredEntry {
  readonly revision: number;
  readonly value: string;
}

interface StoredBucket {
  revision: number;
  readonly entries: Map<string, StoredEntry>;
}

interface Responder {
  readonly subject: string;
  readonly queue: string;
  readonly answer: (payload: string, subject: string) => Promise<string>;
}

/** More than this many messages in one fake means a test that should be a load test. */
const maxMessages = 100_000;

export function createMemoryBus(): MemoryBus {
  const streams = new Map<string, StoredStream>();
  const wanted = new Map<string, StreamSettings>();
  const buckets = new Map<string, StoredBucket>();
  const positions = new Map<string, number>();
  const responders: Responder[] = [];
  const listeners = new Set<(connected: boolean) => void>();
  const watchers = new Set<{ readonly bucket: string; look(): void }>();
  const readers = new Set<() => void>();
  let connected = true;

  const needConnection = (): void => {
    if (!connected) throw new BusDownError('NATS is not connected');
  };
  const storedBucket = (name: string): StoredBucket => {
    const found = buckets.get(name) ?? { revision: 0, entries: new Map<string, StoredEntry>() };
    buckets.set(name, found);
    return found;
  };
  const changed = (name: string): void => {
    for (const watcher of [...watchers]) if (watcher.bucket === name) watcher.look();
  };
  const makeStreams = (): void => {
    for (const settings of wanted.values()) {
      const stream = streams.get(settings.name) ?? { settings, messages: [], ids: new Set<string>() };
      stream.settings = settings;
      streams.set(settings.name, stream);
    }
  };

  const bucket = (name: string): Bucket => ({
    async get(key) {
      assertBucketKey(key);
      needConnection();
      const entry = storedBucket(name).entries.get(key);
      return entry === undefined ? undefined : { value: entry.value, revision: entry.revision };
    },
    async put(key, value) {
      assertBucketKey(key);
      needConnection();
      const stored = storedBucket(name);
      const revision = ++stored.revision;
      // Set anew, so that the map's order stays the order of revisions.
      stored.entries.delete(key);
      stored.entries.set(key, { value, revision });
      changed(name);
      return revision;
    },
    async delete(key) {
      assertBucketKey(key);
      needConnection();
      const stored = storedBucket(name);
      stored.revision++;
      stored.entries.delete(key);
      changed(name);
    },
    async keys() {
      needConnection();
      return [...storedBucket(name).entries.keys()];
    },
    async watch(handle, onReady) {
      const careful = (change: Change): void => {
        try {
          handle(change);
        } catch {
          // The real bus logs it and goes on.
        }
      };
      const watcher = createWatcher(name, () => (connected ? storedBucket(name) : undefined), careful, onReady);
      watchers.add(watcher);
      queueMicrotask(watcher.look);
      return subscription(() => {
        watcher.stop();
        watchers.delete(watcher);
      });
    },
  });

  return {
    async publish(subject, payload, msg_id) {
      needConnection();
      const stream = [...streams.values()].find(({ settings }) => settings.subjects.some((s) => matches(s, subject)));
      if (stream === undefined) throw new BusDownError('No stream takes this subject');
      if (stream.ids.has(msg_id)) return;
      if (stream.messages.length >= maxMessages) throw new Error('the fake bus is full');
      stream.ids.add(msg_id);
      stream.messages.push({ subject, payload, sequence: stream.messages.length + 1 });
      for (const wake of readers) wake();
    },
    bucket: async (name) => bucket(name),
    async ensureStream(settings) {
      wanted.set(settings.name, settings);
      if (connected) makeStreams();
    },
    async consume(stream, durable, handle) {
      const key = `${stream}.${durable}`;
      const next = (): readonly Delivered[] => {
        const messages = connected ? (streams.get(stream)?.messages ?? []) : [];
        return messages.slice(positions.get(key) ?? 0);
      };
      const done = (batch: readonly Delivered[]): void => void positions.set(key, batch.at(-1)?.sequence ?? 0);
      const reader = createReader(next, done, handle);
      readers.add(reader.wake);
      reader.wake();
      return subscription(async () => {
        readers.delete(reader.wake);
        await reader.stop();
      });
    },
    async request(subject, payload) {
      needConnection();
      const responder = responders.find((candidate) => matches(candidate.subject, subject));
      if (responder === undefined) throw new BusDownError(`Nobody answered ${subject}`, { unheard: true });
      // The next member of the queue takes the next request.
      responders.push(...responders.splice(responders.indexOf(responder), 1));
      try {
        return await responder.answer(payload, subject);
      } catch (error) {
        throw new BusDownError(`The service that answers ${subject} failed`, { cause: error });
      }
    },
    async respond(subject, queue, answer) {
      const responder = { subject, queue, answer };
      responders.push(responder);
      return subscription(() => void responders.splice(responders.indexOf(responder), 1));
    },
    get connected() {
      return connected;
    },
    onConnectionChange: (listener) => void listeners.add(listener),
    async close() {
      connected = false;
    },
    setConnected(value) {
      if (connected === value) return;
      connected = value;
      if (value) {
        makeStreams();
        for (const watcher of [...watchers]) watcher.look();
        for (const wake of readers) wake();
      }
      for (const listener of listeners) listener(value);
    },
    loseData() {
      if (connected) throw new Error('disconnect first');
      for (const held of [streams, buckets, positions]) held.clear();
    },
    published: () => [...streams.values()].flatMap(({ messages }) => messages),
  };
}

function subscription(stop: () => void | Promise<void>): Subscription {
  return { stop: async () => stop() };
}

function createWatcher(
  name: string,
  stored: () => StoredBucket | undefined,
  handle: (change: Change) => void,
  onReady: () => void,
) {
  let told = new Map<string, StoredEntry>();
  let ready = false;
  let stopped = false;
  return {
    bucket: name,
    look(): void {
      const found = stopped ? undefined : stored();
      if (found === undefined) return;
      const before = told;
      told = new Map(found.entries);
      for (const [key, entry] of told) if (before.get(key) !== entry) handle({ kind: 'put', key, ...entry });
      for (const key of before.keys()) if (!told.has(key)) handle({ kind: 'delete', key, revision: found.revision });
      if (!ready) onReady();
      ready = true;
    },
    stop: () => {
      stopped = true;
    },
  };
}

function createReader(
  next: () => readonly Delivered[],
  done: (batch: readonly Delivered[]) => void,
  handle: (batch: readonly Delivered[]) => Promise<void>,
) {
  let stopped = false;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    for (let batch = next(); batch.length > 0 && !stopped; batch = next()) {
      try {
        await handle(batch);
        done(batch);
      } catch {
        // Delivered again; a turn of the event loop between tries, so that a handler that always fails stops nobody else.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }
  };
  const wake = (): void => {
    if (stopped || running !== undefined) return;
    running = Promise.resolve()
      .then(run)
      .finally(() => {
        running = undefined;
        if (next().length > 0) wake();
      });
  };
  return {
    wake,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** Subjects of NATS: `*` stands for one token, `>` for the rest. */
function matches(pattern: string, subject: string): boolean {
  const tokens = subject.split('.');
  const parts = pattern.split('.');
  const open = parts.at(-1) === '>';
  if (open ? tokens.length < parts.length : tokens.length !== parts.length) return false;
  return parts.every((part, index) => part === '>' || part === '*' || part === tokens[index]);
}

import type { Bus, Change, Delivered, StreamSettings } from '@trunkline/runtime/bus';
import { BusDownError } from '@trunkline/runtime/bus';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitUntil } from './wait-until.ts';

/** How the suite gets a bus, and makes the trouble that it must bear. */
export interface BusUnderTest {
  readonly bus: Bus;
  /** The server goes away; returns when the bus has noticed. */
  disconnect(): Promise<void>;
  /** The server comes back with its data. */
  reconnect(): Promise<void>;
  /** The server comes back with an empty disk. */
  reconnectEmpty(): Promise<void>;
  /** Another bus on the same server: another process. */
  second(): Promise<Bus>;
  close(): Promise<void>;
}

const settings: StreamSettings = {
  name: 'THINGS',
  subjects: ['thing.*.*'],
  max_age_ms: 3_600_000,
  max_bytes: 10_000_000,
  duplicate_window_ms: 60_000,
};

/** Registers the tests that every {@link Bus} passes. */
export function busContract(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`${name} keeps the contract of the bus`, () => {
    let under: BusUnderTest;
    let bus: Bus;
    beforeEach(async () => {
      under = await open();
      bus = under.bus;
    });
    afterEach(() => under.close());
    const context: Context = { under: () => under, bus: () => bus };
    bucketTests(context);
    watchTests(context);
    streamTests(context);
    outageTests(context);
    requestTests(context);
  });
}

interface Context {
  under(): BusUnderTest;
  bus(): Bus;
}

/** Watches and keeps what it is told. */
async function follow(bus: Bus, bucketName: string) {
  const bucket = await bus.bucket(bucketName);
  const changes: Change[] = [];
  let ready = 0;
  let atReady: number | undefined;
  const watch = await bucket.watch(
    (change) => changes.push(change),
    () => {
      ready++;
      atReady ??= changes.length;
    },
  );
  return {
    bucket,
    watch,
    changes,
    readyCalls: () => ready,
    untilReady: () => waitUntil(() => ready > 0, { what: 'onReady' }),
    changesAtReady: () => atReady,
    until: (what: string, condition: (state: Map<string, string>) => boolean) =>
      waitUntil(() => condition(fold(changes)), { what, found: () => JSON.stringify(changes) }),
    state: () => fold(changes),
  };
}

function fold(changes: readonly Change[]): Map<string, string> {
  const state = new Map<string, string>();
  for (const change of changes) {
    if (change.kind === 'put') state.set(change.key, change.value);
    else state.delete(change.key);
  }
  return state;
}

function bucketTests({ bus }: Context): void {
  it('gives back what was put, under a rising revision', async () => {
    const bucket = await bus().bucket('plain');
    expect(await bucket.get('a.b')).toBeUndefined();
    const first = await bucket.put('a.b', '{"n":1}');
    const second = await bucket.put('a.b', '{"n":"ü"}');
    expect(second).toBeGreaterThan(first);
    expect(await bucket.get('a.b')).toEqual({ value: '{"n":"ü"}', revision: second });
  });
  it('forgets what was deleted, also when it never was', async () => {
    const bucket = await bus().bucket('plain');
    await bucket.put('gone', '1');
    await bucket.put('kept', '2');
    await bucket.delete('gone');
    await bucket.delete('never');
    expect(await bucket.get('gone')).toBeUndefined();
    expect(await bucket.keys()).toEqual(['kept']);
  });
  it('keeps buckets apart and lists no key of an empty one', async () => {
    const one = await bus().bucket('one');
    const two = await bus().bucket('two');
    await one.put('key', '1');
    expect(await two.get('key')).toBeUndefined();
    expect(await two.keys()).toEqual([]);
  });
  it('throws on a key that NATS cannot hold', async () => {
    const bucket = await bus().bucket('plain');
    for (const key of ['', 'a b', 'a*', '>', 'a..b', '.a', 'a@b'])
      await expect(bucket.put(key, '1')).rejects.toThrow(TypeError);
  });
}

function watchTests({ bus, under }: Context): void {
  it('says ready on an empty bucket', async () => {
    const seen = await follow(bus(), 'watched');
    await seen.untilReady();
    expect(seen.changes).toEqual([]);
  });
  it('tells every present entry, then ready, then every change in order', async () => {
    const bucket = await bus().bucket('watched');
    await bucket.put('old', '0');
    await bucket.put('deleted', '0');
    await bucket.delete('deleted');
    const first = await bucket.put('a', '1');
    const second = await bucket.put('old', '2');
    const seen = await follow(bus(), 'watched');
    await seen.untilReady();
    const third = await bucket.put('a', '3');
    await bucket.delete('old');
    await seen.until('the delete', (state) => state.size === 1 && state.get('a') === '3');
    expect(seen.changesAtReady()).toBe(2);
    expect(seen.readyCalls()).toBe(1);
    expect(seen.changes).toEqual([
      { kind: 'put', key: 'a', value: '1', revision: first },
      { kind: 'put', key: 'old', value: '2', revision: second },
      { kind: 'put', key: 'a', value: '3', revision: third },
      { kind: 'delete', key: 'old', revision: expect.any(Number) },
    ]);
  });
  it('sees what another process writes', async () => {
    const seen = await follow(bus(), 'watched');
    const other = await under().second();
    await (await other.bucket('watched')).put('from-other', '1');
    await seen.until('the entry', (state) => state.has('from-other'));
    await other.close();
  });
  it('goes on after a handler that throws', async () => {
    const bucket = await bus().bucket('watched');
    const told: string[] = [];
    const watch = await bucket.watch(
      (change) => {
        told.push(change.key);
        if (change.key === 'bad') throw new Error('a fault of the handler');
      },
      () => {},
    );
    await bucket.put('bad', '1');
    await bucket.put('good', '1');
    await waitUntil(() => told.includes('good'), { what: 'the entry after the bad one' });
    await watch.stop();
  });
  it('is silent after stop', async () => {
    const seen = await follow(bus(), 'watched');
    const later = await follow(bus(), 'watched');
    await seen.untilReady();
    await seen.watch.stop();
    await seen.bucket.put('late', '1');
    await later.until('the entry', (state) => state.has('late'));
    expect(seen.changes).toEqual([]);
  });
}

function streamTests({ bus, under }: Context): void {
  it('delivers in order what was published, each message id once', async () => {
    await bus().ensureStream(settings);
    await bus().ensureStream({ ...settings, max_age_ms: 7_200_000 });
    for (let n = 0; n < 300; n++) await bus().publish(`thing.x.n${n % 3}`, `${n}`, `id-${n}`);
    await bus().publish('thing.x.n0', 'again', 'id-7');
    await bus().publish('thing.x.last', 'end', 'id-end');
    const { messages, until } = await read(bus(), 'reader');
    await until((payloads) => payloads.includes('end'));
    expect(messages.map(({ payload }) => payload)).toEqual([...Array.from({ length: 300 }, (_, n) => `${n}`), 'end']);
    expect(messages[4]?.subject).toBe('thing.x.n1');
    const sequences = messages.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
  });
  it('refuses a subject that no stream takes', async () => {
    await bus().ensureStream(settings);
    await expect(bus().publish('other.x', '1', 'id')).rejects.toThrow(BusDownError);
  });
  it('delivers again what a handler did not manage, in order', async () => {
    await bus().ensureStream(settings);
    for (let n = 0; n < 10; n++) await bus().publish('thing.a.b', `${n}`, `id-${n}`);
    const handled: string[] = [];
    let faults = 2;
    const reader = await bus().consume('THINGS', 'reader', async (batch) => {
      if (faults-- > 0) throw new Error('a fault of the handler');
      handled.push(...batch.map(({ payload }) => payload));
    });
    await waitUntil(() => handled.length >= 10, { what: 'all messages' });
    expect(handled).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    await reader.stop();
  });
  it('goes on under a durable name where it stopped', async () => {
    await bus().ensureStream(settings);
    await bus().publish('thing.a.b', 'one', 'id-1');
    const first = await read(bus(), 'reader');
    await first.until((payloads) => payloads.includes('one'));
    await first.reader.stop();
    const other = await under().second();
    await other.publish('thing.a.b', 'two', 'id-2');
    const second = await read(other, 'reader');
    await second.until((payloads) => payloads.includes('two'));
    expect(second.messages.map(({ payload }) => payload)).toEqual(['two']);
    const fresh = await read(bus(), 'another');
    await fresh.until((payloads) => payloads.length === 2);
    await other.close();
  });
}

async function read(bus: Bus, durable: string) {
  const messages: Delivered[] = [];
  const reader = await bus.consume('THINGS', durable, async (batch) => void messages.push(...batch));
  const payloads = (): string[] => messages.map(({ payload }) => payload);
  return {
    messages,
    reader,
    payloads,
    until: (condition: (payloads: string[]) => boolean) =>
      waitUntil(() => condition(payloads()), { what: 'the messages', found: () => JSON.stringify(payloads()) }),
  };
}

function outageTests({ bus, under }: Context): void {
  it('rejects at once while the server is away, and says so', async () => {
    const told: boolean[] = [];
    bus().onConnectionChange((connected) => told.push(connected));
    const bucket = await bus().bucket('plain');
    await bus().ensureStream(settings);
    await under().disconnect();
    expect(bus().connected).toBe(false);
    await expect(bucket.put('key', '1')).rejects.toThrow(BusDownError);
    await expect(bucket.get('key')).rejects.toThrow(BusDownError);
    await expect(bus().publish('thing.a.b', '1', 'id')).rejects.toThrow(BusDownError);
    await expect(bus().request('thing.ask', '', 1_000)).rejects.toThrow(BusDownError);
    await under().reconnect();
    await waitUntil(() => bus().connected, { what: 'the connection' });
    expect(told).toEqual([false, true]);
    await bucket.put('key', '2');
    expect((await bucket.get('key'))?.value).toBe('2');
  });
  it('begins during an outage what can only work after it', async () => {
    await under().disconnect();
    await bus().ensureStream(settings);
    const seen = await follow(bus(), 'watched');
    const reader = await read(bus(), 'reader');
    await bus().respond('thing.ask', 'group', async (payload) => `${payload}!`);
    await under().reconnect();
    await waitUntil(
      () =>
        bus()
          .publish('thing.a.b', 'one', 'id-1')
          .then(() => true),
      { what: 'the stream' },
    );
    await seen.untilReady();
    await seen.bucket.put('key', '1');
    await seen.until('the entry', (state) => state.has('key'));
    await reader.until((payloads) => payloads.includes('one'));
    expect(await waitUntil(() => bus().request('thing.ask', 'hi', 1_000), { what: 'the answer' })).toBe('hi!');
  });
  it('misses nothing over a restart and repeats nothing', async () => {
    await bus().ensureStream(settings);
    const seen = await follow(bus(), 'watched');
    const reader = await read(bus(), 'reader');
    for (let n = 0; n < 20; n++) await seen.bucket.put(`key-${n}`, 'before');
    await bus().publish('thing.a.b', 'before', 'id-1');
    await seen.until('20 entries', (state) => state.size === 20);
    await reader.until((payloads) => payloads.length === 1);
    await under().disconnect();
    await under().reconnect();
    await waitUntil(() => bus().connected, { what: 'the connection' });
    await seen.bucket.put('key-3', 'after');
    await seen.bucket.delete('key-4');
    await bus().publish('thing.a.b', 'after', 'id-2');
    await seen.until('the changes', (state) => state.get('key-3') === 'after' && !state.has('key-4'));
    await reader.until((payloads) => payloads.includes('after'));
    expect(seen.state().size).toBe(19);
    expect(seen.changes.length).toBe(22);
    expect(seen.readyCalls()).toBe(1);
    expect(reader.payloads()).toEqual(['before', 'after']);
  });
  it('tells what is gone and makes anew what it needs when the server lost its data', async () => {
    await bus().ensureStream(settings);
    const seen = await follow(bus(), 'watched');
    const reader = await read(bus(), 'reader');
    await seen.bucket.put('lost', '1');
    await seen.bucket.put('again', '1');
    for (let n = 0; n < 5; n++) await bus().publish('thing.a.b', `before ${n}`, `id-${n}`);
    await seen.until('both entries', (state) => state.size === 2);
    await reader.until((payloads) => payloads.length === 5);
    await under().disconnect();
    await under().reconnectEmpty();
    await waitUntil(() => bus().connected, { what: 'the connection' });
    // The first revision of the new life equals one of the old: it must be told all the same.
    await waitUntil(() => seen.bucket.put('again', 'anew'), { what: 'the bucket' });
    await seen.until('the loss', (state) => state.size === 1 && state.get('again') === 'anew');
    await waitUntil(
      () =>
        bus()
          .publish('thing.a.b', 'after', 'id-0')
          .then(() => true),
      { what: 'the stream' },
    );
    await reader.until((payloads) => payloads.at(-1) === 'after');
  });
}

function requestTests({ bus, under }: Context): void {
  it('asks one of a queue and gives back its answer', async () => {
    const other = await under().second();
    const asked: string[] = [];
    for (const [from, name] of [
      [bus(), 'one'],
      [other, 'two'],
    ] as const) {
      await from.respond('thing.*.ask', 'group', async (payload, subject) => {
        asked.push(name);
        return `${subject} ${payload}`;
      });
    }
    const answers: string[] = [];
    await waitUntil(() => other.request('thing.x.ask', '', 1_000).then(() => true), { what: 'the responder' });
    asked.length = 0;
    for (let n = 0; n < 20; n++) answers.push(await bus().request('thing.x.ask', `${n}`, 1_000));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => `thing.x.ask ${n}`));
    expect(asked.length).toBe(20);
    await other.close();
  });
  it('rejects at once when nobody answers or the answering side fails', async () => {
    await expect(bus().request('nobody.there', '', 30_000)).rejects.toThrow(BusDownError);
    const failing = await bus().respond('thing.fail', 'group', async () => {
      throw new Error('a secret reason');
    });
    const error = await bus()
      .request('thing.fail', '', 30_000)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BusDownError);
    expect(String(error)).not.toContain('secret');
    await failing.stop();
    await expect(bus().request('thing.fail', '', 30_000)).rejects.toThrow(/Nobody/);
  });
}

import type { AccountId } from '@trunkline/contracts/ids';
import { silentLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { createFakeClock, type FakeClock } from '@trunkline/testkit/fake-clock';
import { createMemoryBus, type MemoryBus } from '@trunkline/testkit/memory-bus';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { editable } from '../store/contract/editable.ts';
import { openContractSubject } from '../store/contract/open-contract-subject.ts';
import { sampleTrunk } from '../store/contract/sample.ts';
import { createMemoryStore, type MemoryStore } from '../store/memory/memory-store.ts';
import { createPublisher, type Publisher } from './publisher.ts';

const reconcile_interval_ms = 60_000;

let store: MemoryStore;
let bus: MemoryBus;
let clock: FakeClock;
let account: AccountId;
let publisher: Publisher;

beforeEach(async () => {
  store = createMemoryStore();
  bus = createMemoryBus();
  clock = createFakeClock();
  const subject = await openContractSubject(store, ['own']);
  [account] = subject.accounts as [AccountId];
  const metrics = createMetrics({ service: 'config', process: false });
  publisher = createPublisher({ store, bus, clock, logger: silentLogger, metrics, reconcile_interval_ms });
});
afterEach(() => publisher.stop());

async function trunksOnBus(): Promise<string[]> {
  const bucket = await bus.bucket('trunks');
  const entries = await Promise.all((await bucket.keys()).map((key) => bucket.get(key)));
  return entries.map((entry) => JSON.parse(entry?.value ?? 'null').name as string).sort();
}

async function create(name: string): Promise<void> {
  const result = await editable(store).createTrunk(sampleTrunk(account, { name }));
  expect(result.ok).toBe(true);
}

describe('the publisher', () => {
  it('publishes everything at its start, and says until then that it has not', async () => {
    await create('one');
    expect(publisher.reason()).toBe('the configuration has not been published to NATS since the start');
    publisher.start();
    await clock.settle();
    expect(await trunksOnBus()).toEqual(['one']);
    expect(publisher.reason()).toBeUndefined();
  });

  it('publishes a change when woken, without the clock moving', async () => {
    publisher.start();
    await clock.settle();
    await create('one');
    publisher.wake();
    await clock.settle();
    expect(await trunksOnBus()).toEqual(['one']);
  });

  it('finds within a second what nobody woke it for', async () => {
    publisher.start();
    await clock.settle();
    await create('one');
    await clock.advanceAsync(1_000);
    expect(await trunksOnBus()).toEqual(['one']);
  });

  it('publishes as soon as NATS is back what was changed meanwhile', async () => {
    publisher.start();
    await clock.settle();
    bus.setConnected(false);
    await create('one');
    publisher.wake();
    await clock.settle();
    bus.setConnected(true);
    await clock.settle();
    expect(await trunksOnBus()).toEqual(['one']);
  });

  it('publishes everything again to a NATS that lost its data', async () => {
    await create('one');
    publisher.start();
    await clock.settle();
    bus.setConnected(false);
    bus.loseData();
    bus.setConnected(true);
    await clock.settle();
    expect(await trunksOnBus()).toEqual(['one']);
  });

  it('rights what is lost, wrong or too much, at the next interval', async () => {
    for (const name of ['one', 'two', 'three']) await create(name);
    publisher.start();
    await clock.settle();
    const bucket = await bus.bucket('trunks');
    const [lost = '', wrong = ''] = await bucket.keys();
    await bucket.delete(lost);
    await bucket.put(wrong, '{"name":"wrong"}');
    await bucket.put('orphan.trunk', '{"name":"orphan"}');
    await clock.advanceAsync(reconcile_interval_ms);
    expect(await trunksOnBus()).toEqual(['one', 'three', 'two']);
  });

  it('writes nothing when all is right', async () => {
    for (const name of ['one', 'two']) await create(name);
    publisher.start();
    await clock.settle();
    const revisions = async () => {
      const bucket = await bus.bucket('trunks');
      return Promise.all((await bucket.keys()).map(async (key) => (await bucket.get(key))?.revision));
    };
    const before = await revisions();
    await clock.advanceAsync(3 * reconcile_interval_ms);
    expect(await revisions()).toEqual(before);
  });

  it('rests after a comparison that took long, so that it is not at it all the time', async () => {
    await create('one');
    const page_ms = 5_000;
    const slow: MemoryStore = {
      ...store,
      async documents(bucket, after, limit) {
        await new Promise<void>((resolve) => clock.after(page_ms, resolve));
        return store.documents(bucket, after, limit);
      },
    };
    const metrics = createMetrics({ service: 'config', process: false });
    publisher = createPublisher({ store: slow, bus, clock, logger: silentLogger, metrics, reconcile_interval_ms });
    publisher.start();
    await clock.advanceAsync(20_000);
    expect(await trunksOnBus()).toEqual(['one']);
    const bucket = await bus.bucket('trunks');
    const [key = ''] = await bucket.keys();
    await bucket.delete(key);
    // Three buckets took 15 s; the rest is twenty times as long.
    await clock.advanceAsync(290_000);
    expect(await trunksOnBus()).toEqual([]);
    await clock.advanceAsync(70_000);
    expect(await trunksOnBus()).toEqual(['one']);
  });

  it('goes on after the database was away', async () => {
    publisher.start();
    await clock.settle();
    await create('one');
    store.away = true;
    publisher.wake();
    await clock.settle();
    store.away = false;
    await clock.advanceAsync(100);
    expect(await trunksOnBus()).toEqual(['one']);
  });

  it('publishes more changes than it takes at once', async () => {
    publisher.start();
    await clock.settle();
    const names = Array.from({ length: 450 }, (_, index) => `trunk ${index}`).sort();
    for (const name of names) await create(name);
    publisher.wake();
    for (let turn = 0; turn < 100; turn += 1) await clock.settle();
    expect(await trunksOnBus()).toEqual(names);
  });

  it('stops between two pieces of work and leaves no timer', async () => {
    publisher.start();
    await clock.settle();
    await publisher.stop();
    expect(clock.pending()).toEqual([]);
    await create('one');
    publisher.wake();
    await clock.settle();
    expect(await trunksOnBus()).toEqual([]);
  });
});

import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeClock, type FakeClock } from '@trunkline/testkit/fake-clock';
import { createMemoryBus, type MemoryBus } from '@trunkline/testkit/memory-bus';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createOutbox, type Outbox } from './outbox.ts';

let directory: string;
let bus: MemoryBus;
let clock: FakeClock;
let metrics: Metrics;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'trunkline-outbox-'));
  bus = createMemoryBus();
  clock = createFakeClock();
  const settings = { name: 'CALLS', subjects: ['call.>'], max_age_ms: 1, max_bytes: 1, duplicate_window_ms: 1 };
  await bus.ensureStream(settings);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(
  more: { directory?: string | null; max_items?: number; max_bytes?: number; bus?: MemoryBus } = {},
): Outbox {
  metrics = createMetrics({ service: 'test', process: false });
  return createOutbox({
    bus,
    clock,
    logger: silentLogger,
    metrics,
    directory,
    max_items: 100_000,
    max_bytes: 50_000_000,
    ...more,
  });
}

function add(outbox: Outbox, from: number, to: number): void {
  for (let n = from; n < to; n++) outbox.add({ subject: 'call.x', payload: `${n}`, msg_id: `id-${n}` });
}

const delivered = (): string[] => bus.published().map(({ payload }) => payload);
const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => `${from + n}`);
const counted = async (name: string): Promise<number> =>
  Number(new RegExp(`^${name}{[^}]*} (\\S+)$`, 'm').exec(await metrics.text())?.[1]);

/** The bus of a process that is going to die: what it published is not looked at. */
function mortalBus(): MemoryBus {
  const mortal = createMemoryBus();
  mortal.setConnected(false);
  return mortal;
}

describe.each([['with a spool'], ['in memory only']])('the outbox %s', (kind) => {
  const where = () => ({ directory: kind === 'with a spool' ? directory : null });

  it('publishes in order and keeps nothing', async () => {
    const outbox = open(where());
    add(outbox, 0, 1_000);
    expect(await outbox.drain(1_000)).toBe(0);
    expect(delivered()).toEqual(numbers(0, 1_000));
    await clock.advanceAsync(5_000);
    expect(clock.pending()).toEqual([]);
    expect(outbox.depth()).toBe(0);
  });
  it('holds events while NATS is away and sends each once and in order when it is back', async () => {
    const outbox = open(where());
    add(outbox, 0, 10);
    await clock.settle();
    bus.setConnected(false);
    add(outbox, 10, 3_000);
    await clock.advanceAsync(60_000);
    expect(outbox.depth()).toBe(2_990);
    expect(await counted('trunkline_outbox_events')).toBe(2_990);
    bus.setConnected(true);
    add(outbox, 3_000, 3_010);
    expect(await outbox.drain(1_000)).toBe(0);
    expect(delivered()).toEqual(numbers(0, 3_010));
    expect(await counted('trunkline_outbox_published_total')).toBe(3_010);
  });
  it('repeats with growing pauses what JetStream does not take', async () => {
    const broken = createMemoryBus();
    const outbox = open({ ...where(), bus: broken });
    let tries = 0;
    const { publish } = broken;
    broken.publish = (...event) => {
      tries++;
      return publish(...event);
    };
    add(outbox, 0, 2);
    await clock.advanceAsync(60_000);
    expect(outbox.depth()).toBe(2);
    expect(tries).toBeGreaterThan(10);
    expect(tries).toBeLessThan(50);
    await broken.ensureStream({
      name: 'CALLS',
      subjects: ['call.>'],
      max_age_ms: 1,
      max_bytes: 1,
      duplicate_window_ms: 1,
    });
    await clock.advanceAsync(5_000);
    expect(broken.published().map(({ payload }) => payload)).toEqual(['0', '1']);
  });
  it('drops the oldest beyond its bound, counts them, and delivers the newest', async () => {
    const outbox = open({ ...where(), max_items: 800 });
    bus.setConnected(false);
    add(outbox, 0, 2_000);
    bus.setConnected(true);
    await outbox.drain(1_000);
    const got = delivered();
    expect(got.length).toBeLessThanOrEqual(800);
    expect(got.length).toBeGreaterThanOrEqual(700);
    expect(got).toEqual(numbers(2_000 - got.length, 2_000));
    expect(await counted('trunkline_outbox_dropped_total')).toBe(2_000 - got.length);
    expect(outbox.depth()).toBe(0);
  });
  it('holds its bound in bytes', async () => {
    const outbox = open({ ...where(), max_bytes: 100_000 });
    bus.setConnected(false);
    const payload = 'x'.repeat(1_000);
    for (let n = 0; n < 500; n++) outbox.add({ subject: 'call.x', payload, msg_id: `id-${n}` });
    expect(await counted('trunkline_outbox_bytes')).toBeLessThanOrEqual(110_000);
    expect(outbox.depth()).toBeGreaterThan(60);
  });
  it('gives up what NATS could never take, and nothing else', async () => {
    const outbox = open(where());
    outbox.add({ subject: 'call.x y', payload: '1', msg_id: 'a' });
    outbox.add({ subject: 'call.*', payload: '1', msg_id: 'b' });
    outbox.add({ subject: 'call.x', payload: 'x'.repeat(2_000_000), msg_id: 'c' });
    outbox.add({ subject: 'call.x', payload: 'good', msg_id: 'd' });
    await outbox.drain(1_000);
    expect(delivered()).toEqual(['good']);
    expect(await counted('trunkline_outbox_dropped_total')).toBe(3);
  });
  it('tells at the deadline how many are left', async () => {
    const outbox = open(where());
    bus.setConnected(false);
    add(outbox, 0, 3);
    const left = outbox.drain(500);
    clock.advance(500);
    expect(await left).toBe(3);
  });
});

describe('the spool', () => {
  it("gives a killed process's terminal event to the next one, and all that were added before it", async () => {
    const outbox = open({ bus: mortalBus() });
    add(outbox, 0, 5);
    outbox.add({ subject: 'call.x', payload: 'terminal', msg_id: 'id-t' }, true);
    outbox.add({ subject: 'call.x', payload: 'lost', msg_id: 'id-l' });
    // Nothing of this turn of the event loop has ended: exactly what is with the kernel now survives.
    const survivors = readdirSync(directory).map((name) => [name, statSync(join(directory, name)).size] as const);
    await clock.settle();
    for (const [name, size] of survivors) truncateSync(join(directory, name), size);
    const next = open();
    expect(await next.drain(1_000)).toBe(0);
    expect(delivered()).toEqual([...numbers(0, 5), 'terminal']);
  });
  it('leaves no file with events after a clean stop', async () => {
    const outbox = open();
    add(outbox, 0, 100);
    await outbox.drain(1_000);
    outbox.close();
    expect(readdirSync(directory)).toEqual([]);
  });
  it('keeps what is not delivered at a stop, and the next process delivers it before its own', async () => {
    const outbox = open({ bus: mortalBus() });
    add(outbox, 0, 20_000);
    outbox.close();
    bus.setConnected(false);
    const next = open();
    add(next, 20_000, 20_010);
    expect(next.depth()).toBe(20_010);
    bus.setConnected(true);
    expect(await next.drain(1_000)).toBe(0);
    expect(delivered()).toEqual(numbers(0, 20_010));
    await clock.advanceAsync(3_000);
    next.close();
    expect(readdirSync(directory)).toEqual([]);
  });
  it('does not send again what it noted as delivered', async () => {
    const outbox = open();
    bus.setConnected(false);
    add(outbox, 0, 10);
    const { publish } = bus;
    bus.publish = (subject, payload, id) =>
      Number(payload) < 6 ? publish(subject, payload, id) : new Promise(() => {});
    bus.setConnected(true);
    await clock.advanceAsync(1_500);
    expect(outbox.depth()).toBe(4);
    bus = createMemoryBus();
    await bus.ensureStream({
      name: 'CALLS',
      subjects: ['call.>'],
      max_age_ms: 1,
      max_bytes: 1,
      duplicate_window_ms: 1,
    });
    const next = open();
    await next.drain(1_000);
    expect(delivered()).toEqual(numbers(6, 10));
  });
  it('empties its file when all is delivered', async () => {
    const outbox = open();
    add(outbox, 0, 1_000);
    await outbox.drain(1_000);
    await clock.advanceAsync(2_000);
    expect(readdirSync(directory).map((name) => statSync(join(directory, name)).size)).toEqual([0]);
    add(outbox, 1_000, 1_001);
    await clock.settle();
    expect(outbox.depth()).toBe(0);
  });
  it('keeps memory small during a long outage', async () => {
    bus.setConnected(false);
    const outbox = open({ max_items: 1_000_000 });
    add(outbox, 0, 30_000);
    expect(readdirSync(directory).length).toBeGreaterThan(5);
    expect(outbox.depth()).toBe(30_000);
    bus.setConnected(true);
    await outbox.drain(1_000);
    add(outbox, 30_000, 30_100);
    await outbox.drain(1_000);
    expect(delivered()).toEqual(numbers(0, 30_100));
    await clock.advanceAsync(2_000);
    expect(readdirSync(directory).length).toBe(1);
  });
  it('works on without a disk', async () => {
    const outbox = open({ directory: join('/dev/null', 'no-directory') });
    add(outbox, 0, 3);
    await outbox.drain(1_000);
    expect(delivered()).toEqual(numbers(0, 3));
    expect(await counted('trunkline_outbox_spool_faults_total')).toBe(1);
  });
  it('goes on in a new file after its directory was lost', async () => {
    bus.setConnected(false);
    const outbox = open({ max_items: 80 });
    add(outbox, 0, 5);
    await clock.settle();
    rmSync(directory, { recursive: true });
    add(outbox, 5, 30);
    expect(outbox.depth()).toBe(30);
    bus.setConnected(true);
    await outbox.drain(1_000);
    expect(delivered()).toEqual(numbers(0, 30));
    expect(await counted('trunkline_outbox_spool_faults_total')).toBeGreaterThan(0);
  });
});

it('lets only its own user read the spool', () => {
  const inner = join(directory, 'inner');
  open({ directory: inner });
  expect(statSync(inner).mode & 0o077).toBe(0);
  for (const name of readdirSync(inner)) expect(statSync(join(inner, name)).mode & 0o077).toBe(0);
});

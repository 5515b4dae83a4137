import type { CallEvent } from '@trunkline/contracts/events/call-events';
import { callSubject } from '@trunkline/contracts/nats-map';
import type { Delivered } from '@trunkline/runtime/bus';
import { silentLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import { createStatusMetrics } from '../status-metrics.ts';
import { MemoryRecordStore } from '../store/memory-record-store.ts';
import { type CommitBatch, StoreRefused, StoreUnavailable } from '../store/record-store.ts';
import { at, eventOf, eventsOf, refusedRecord, sampleRecord, start, trunkA } from '../testing/sample-calls.ts';
import { createView } from '../view/view.ts';
import { createCallsFollower } from './follow-calls.ts';
import { createCallsRecorder } from './record-calls.ts';
import { createRememberer } from './remember-calls.ts';
import { SeenRange } from './seen-range.ts';

const delivered = (events: readonly CallEvent[], first = 1): readonly Delivered[] =>
  events.map((event, index) => ({
    subject: callSubject(event),
    payload: JSON.stringify(event),
    sequence: first + index,
  }));

function setUp(store = new MemoryRecordStore()) {
  const clock = createFakeClock(at(20_000));
  const metrics = createMetrics({ service: 'status', process: false });
  const view = createView();
  const seen = new SeenRange();
  const statusMetrics = createStatusMetrics({ metrics, view, clock, seen: () => seen.last });
  const remembered = createRememberer(view, store, clock);
  const parts = { view, seen, store, remembered, metrics: statusMetrics, clock, logger: silentLogger };
  return {
    ...parts,
    text: () => metrics.text(),
    follow: createCallsFollower(parts),
    record: createCallsRecorder(parts),
  };
}

describe('following and recording', () => {
  it('shows what is live at once and records what ended once', async () => {
    const { view, store, follow, record, text } = setUp();
    const batch = delivered([...eventsOf(sampleRecord(1)), ...eventsOf(sampleRecord(2)).slice(0, 2)]);
    await follow(batch);
    expect(view.calls.liveCount).toBe(1);
    expect(await store.find(sampleRecord(1).id)).toBeUndefined();
    expect(await text()).toMatch(/trunkline_status_records_behind\{service="status"\} 6/);
    await record(batch);
    await record(batch);
    expect(await store.find(sampleRecord(1).id)).toEqual(sampleRecord(1));
    expect(view.lately.of(trunkA, at(20_000))).toEqual({ calls: 1, failed: 0 });
    const metrics = await text();
    expect(metrics).toMatch(
      /attempts_total\{direction="inbound",outcome="completed",cause="caller-hung-up",service="status"\} 1\n/,
    );
    expect(metrics).toMatch(/trunkline_status_records_behind\{service="status"\} 0/);
    expect(metrics).toMatch(/trunkline_status_calls_live\{direction="inbound",service="status"\} 1/);
    expect(metrics).not.toContain('+4930');
  });

  it('goes on showing what is live while the database is away, and acknowledges nothing', async () => {
    const { view, store, follow, record } = setUp();
    store.available = false;
    const batch = delivered(eventsOf(sampleRecord(1)).slice(0, 3));
    await follow(batch);
    await expect(record(batch)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(view.calls.liveCount).toBe(1);
    await follow(delivered([eventOf('ended', sampleRecord(1))], 4));
    expect(view.calls.recent()).toHaveLength(1);
    store.available = true;
    await record(batch);
    await record(delivered([eventOf('ended', sampleRecord(1))], 4));
    expect(await store.find(sampleRecord(1).id)).toBeDefined();
    expect(view.calls.liveCount).toBe(0);
  });

  it('knows after a restart what was live, what ended and what was counted', async () => {
    const before = setUp();
    const first = delivered([...eventsOf(sampleRecord(1)), ...eventsOf(sampleRecord(2)).slice(0, 3)]);
    await before.follow(first);
    await before.record(first);
    // Seen by the view's reader and not yet recorded when the process ends.
    await before.follow(delivered([eventOf('attempted', sampleRecord(3))], first.length + 1));

    const after = setUp(before.store);
    await after.remembered();
    expect([...after.view.calls.live()].map(({ id }) => id)).toEqual([sampleRecord(2).id]);
    expect(after.view.calls.recent().map(({ id }) => id)).toEqual([sampleRecord(1).id]);
    expect(after.view.lately.of(trunkA, at(20_000))).toEqual({ calls: 1, failed: 0 });
    await after.record(delivered([eventOf('attempted', sampleRecord(3))], first.length + 1));
    expect(after.view.calls.liveCount).toBe(2);
  });

  it('begins empty without the database and takes in what it remembers once it is there', async () => {
    const before = setUp();
    await before.record(delivered(eventsOf(sampleRecord(2)).slice(0, 3)));
    before.store.available = false;
    const after = setUp(before.store);
    await expect(after.remembered()).rejects.toBeInstanceOf(StoreUnavailable);
    await after.follow(delivered([eventOf('attempted', sampleRecord(3))], 4));
    expect(after.view.calls.liveCount).toBe(1);
    before.store.available = true;
    await after.record(delivered([eventOf('attempted', sampleRecord(3))], 4));
    expect(after.view.calls.liveCount).toBe(2);
  });

  it('sets aside what does not read, without blocking what follows', async () => {
    const { store, record, text } = setUp();
    const good = delivered([eventOf('refused', refusedRecord(5))], 4);
    const stranger = JSON.stringify({ ...eventOf('attempted', sampleRecord(1)), type: 'call.transferred' });
    const crossed = JSON.stringify({ ...eventOf('ended', sampleRecord(1)), record: sampleRecord(2) });
    const bad = ['{', stranger, crossed].map((payload, index) => ({ subject: 'call.x', payload, sequence: index + 1 }));
    await record([...bad, ...good]);
    expect([...store.unreadable.keys()]).toEqual([1, 2, 3]);
    expect(await store.find(refusedRecord(5).id)).toBeDefined();
    expect(await store.progress()).toBe(4);
    expect(await text()).toMatch(/unreadable_events_total\{service="status"\} 3/);
  });

  it('sets aside the one event that the database does not take', async () => {
    class Picky extends MemoryRecordStore {
      override async commit(batch: CommitBatch) {
        if (batch.events.some(({ call }) => call === sampleRecord(2).id)) throw new StoreRefused(new Error('22P05'));
        return super.commit(batch);
      }
    }
    const { store, record, view } = setUp(new Picky());
    await record(delivered([1, 2, 3].map((count) => eventOf('ended', sampleRecord(count)))));
    expect(await store.find(sampleRecord(1).id)).toBeDefined();
    expect(await store.find(sampleRecord(3).id)).toBeDefined();
    expect([...store.unreadable.keys()]).toEqual([2]);
    expect(view.lately.of(trunkA, start)).toEqual({ calls: 2, failed: 0 });
  });
});

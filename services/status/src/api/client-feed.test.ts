import { describe, expect, it } from 'vitest';
import { readEventStream } from '../../web/event-stream.js';
import {
  accountA,
  accountB,
  callId,
  eventOf,
  refusedRecord,
  sampleRecord,
  start,
  trunkA,
  trunkB,
} from '../testing/sample-calls.ts';
import { accessA, sampleHeartbeat, sampleTrunk } from '../testing/sample-trunk.ts';
import { trunkFacts } from '../view/trunks-view.ts';
import { createView } from '../view/view.ts';
import { ClientFeed, feedBounds } from './client-feed.ts';

function setUp(access = accessA) {
  const view = createView();
  view.trunks.putTrunk('a', trunkFacts(sampleTrunk(), 1));
  const feed = new ClientFeed(view, access);
  view.changes.listen((change) => feed.note(change));
  const take = () =>
    readEventStream(feed.take(start)).events.map(({ name, data }) => ({ name, data: JSON.parse(data) as unknown }));
  const apply = (event: Parameters<typeof view.calls.apply>[0]): void => {
    const call = view.calls.apply(event);
    if (call !== undefined) view.changes.tell({ kind: 'call', call });
  };
  return { view, feed, take, apply };
}

describe('ClientFeed', () => {
  it('begins with everything that the reader may see', () => {
    const { apply, take, feed } = setUp();
    apply(eventOf('attempted', sampleRecord(1)));
    apply(eventOf('attempted', sampleRecord(2, { account: accountB, trunk: trunkB })));
    apply(eventOf('ended', sampleRecord(3)));
    apply(eventOf('refused', refusedRecord(4)));
    expect(take()).toMatchObject([
      {
        name: 'snapshot',
        data: { live_total: 1, live: [{ id: callId(1) }], recent: [{ id: callId(3) }], trunks: [{ calls_now: 1 }] },
      },
    ]);
    expect(feed.waiting).toBe(false);
  });

  it('then tells what changed, once and as it is now', () => {
    const { apply, take } = setUp();
    take();
    const record = sampleRecord(1);
    apply(eventOf('attempted', record));
    apply(eventOf('ringing', record));
    expect(take()).toMatchObject([
      { name: 'call', data: { id: record.id, phase: 'ringing' } },
      { name: 'trunk', data: { id: trunkA, calls_now: 1 } },
    ]);
    expect(take()).toEqual([]);
    apply(eventOf('ended', record));
    expect(take()).toMatchObject([
      { name: 'call', data: { state: 'ended', outcome: 'completed' } },
      { name: 'trunk', data: { calls_now: 0 } },
    ]);
  });

  it('is silent about others', () => {
    const { apply, take, feed, view } = setUp();
    take();
    apply(eventOf('attempted', sampleRecord(1, { account: accountB })));
    apply(eventOf('refused', refusedRecord(2)));
    view.changes.tell({ kind: 'trunk', trunk: trunkA, account: accountB });
    expect(feed.waiting).toBe(false);
    expect(take()).toEqual([]);
  });

  it('tells the operator what belongs to nobody', () => {
    const { apply, take } = setUp({ ...accessA, operator: true });
    take();
    apply(eventOf('refused', refusedRecord(2)));
    expect(take()).toMatchObject([{ name: 'call', data: { id: callId(2), account: null } }]);
  });

  it('tells when a trunk or a call is gone, and when an edge has applied something', () => {
    const { take, view } = setUp();
    take();
    view.trunks.deleteTrunk('a');
    view.changes.tell({ kind: 'trunk', trunk: trunkA, account: accountA });
    view.changes.tell({ kind: 'call', call: { id: callId(7), account: accountA, trunk: null } });
    expect(take()).toEqual([
      { name: 'call-gone', data: { id: callId(7) } },
      { name: 'trunk-gone', data: { id: trunkA } },
    ]);
    view.trunks.putTrunk('a', trunkFacts(sampleTrunk(), 1));
    view.edges.put(sampleHeartbeat(), start, true);
    view.changes.tell({ kind: 'edges', applied: true });
    expect(take()).toMatchObject([
      { name: 'trunk', data: { applied: { edges_live: 1, on: ['edge-1'] } } },
      { name: 'edges', data: [{ edge: 'edge-1', calls: null }] },
    ]);
    view.changes.tell({ kind: 'edges', applied: false });
    expect(take()).toMatchObject([{ name: 'edges' }]);
  });

  it('sends a snapshot instead of more changes than it keeps', () => {
    const { view, take, feed } = setUp();
    take();
    for (let count = 0; count <= feedBounds.changed_calls; count++) {
      view.changes.tell({ kind: 'call', call: { id: callId(count), account: accountA, trunk: null } });
    }
    expect(feed.waiting).toBe(true);
    expect(take().map(({ name }) => name)).toEqual(['snapshot']);
    expect(take()).toEqual([]);
  });
});

import type { CallEvent } from '@trunkline/contracts/events/call-events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, eventOf, eventsOf, sampleRecord, trunkA, trunkB } from '../testing/sample-calls.ts';
import { CallsView } from './calls-view.ts';

const seen = (view: CallsView) => ({
  live: [...view.live()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  recent: view.recent().map(({ id }) => id),
  onA: view.liveOn(trunkA),
  onB: view.liveOn(trunkB),
});

describe('CallsView', () => {
  it('counts live calls by trunk from begin to end', () => {
    const view = new CallsView();
    const [first, second] = [sampleRecord(1), sampleRecord(2)];
    view.apply(eventOf('attempted', first));
    view.apply(eventOf('attempted', second));
    expect(view.liveOn(trunkA)).toBe(2);
    expect(view.apply(eventOf('ended', first))).toEqual({ id: first.id, account: first.account, trunk: trunkA });
    expect(view.liveOn(trunkA)).toBe(1);
    expect(view.liveCount).toBe(1);
    expect(view.state(first.id)).toEqual({ kind: 'ended', record: first });
    view.apply(eventOf('ended', second));
    expect(view.liveOn(trunkA)).toBe(0);
  });

  it('tells of a change only when there is one', () => {
    const view = new CallsView();
    const event = eventOf('attempted', sampleRecord(1));
    expect(view.apply(event)).toBeDefined();
    expect(view.apply(event)).toBeUndefined();
    expect(view.apply(eventOf('ended', sampleRecord(1)))).toBeDefined();
    expect(view.apply(eventOf('ended', sampleRecord(1)))).toBeUndefined();
    expect(view.apply(event)).toBeUndefined();
  });

  it('property: redelivery in any order within what it remembers ends in the same view', () => {
    const events = [1, 2, 3].flatMap((count) =>
      eventsOf(sampleRecord(count, { trunk: count === 3 ? trunkB : trunkA })).slice(0, count === 2 ? 3 : 4),
    );
    const fold = (delivered: readonly CallEvent[]): CallsView => {
      const view = new CallsView();
      for (const event of delivered) view.apply(event);
      return view;
    };
    const expected = seen(fold(events));
    expect(expected).toMatchObject({ onA: 1, onB: 0, recent: [sampleRecord(3).id, sampleRecord(1).id] });
    fc.assert(
      fc.property(fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }), (delivered) => {
        expect(seen(fold(delivered))).toEqual(expected);
      }),
    );
  });

  it('keeps the newest ended calls and no more', () => {
    const view = new CallsView({ max_live: 10, max_ended: 3 });
    for (const count of [5, 1, 4, 2, 3]) view.apply(eventOf('ended', sampleRecord(count)));
    expect(view.recent().map(({ id }) => id)).toEqual([5, 4, 3].map((count) => sampleRecord(count).id));
    expect(view.state(sampleRecord(1).id)).toBeUndefined();
  });

  it('drops the oldest live call beyond the bound, and says so', () => {
    const view = new CallsView({ max_live: 2, max_ended: 2 });
    for (const count of [1, 2, 3]) view.apply(eventOf('attempted', sampleRecord(count)));
    expect([...view.live()].map(({ id }) => id)).toEqual([sampleRecord(2).id, sampleRecord(3).id]);
    expect(view.crowdedOut).toBe(1);
    expect(view.liveOn(trunkA)).toBe(2);
  });

  it('restores what the store remembers without undoing what newer events told', () => {
    const source = new CallsView();
    for (const count of [1, 2]) source.apply(eventOf('attempted', sampleRecord(count)));
    const view = new CallsView();
    view.apply(eventOf('ended', sampleRecord(1)));
    view.restore([...source.live()], [sampleRecord(7)]);
    expect([...view.live()].map(({ id }) => id)).toEqual([sampleRecord(2).id]);
    expect(view.recent().map(({ id }) => id)).toEqual([sampleRecord(7).id, sampleRecord(1).id]);
    expect(view.liveOn(trunkA)).toBe(1);
  });

  it('forgets calls of which nothing is heard any more', () => {
    const view = new CallsView();
    view.apply(eventOf('attempted', sampleRecord(1)));
    view.apply(eventOf('attempted', sampleRecord(100)));
    expect(view.forgetSilent(at(50_000)).map(({ id }) => id)).toEqual([sampleRecord(1).id]);
    expect(view.liveCount).toBe(1);
    expect(view.liveOn(trunkA)).toBe(1);
  });
});

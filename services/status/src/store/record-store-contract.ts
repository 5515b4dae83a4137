import type { CallRecord } from '@trunkline/contracts/call-record';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  accountA,
  accountB,
  at,
  callId,
  eventOf,
  eventsOf,
  refusedRecord,
  sampleRecord,
  start,
  trunkA,
  trunkB,
} from '../testing/sample-calls.ts';
import { minuteOf } from '../view/lately.ts';
import type { CommitBatch, ListQuery, RecordStore } from './record-store.ts';

/** What every {@link RecordStore} does, whatever it stands on. `open` answers one that is empty. */
export function describeRecordStore(
  name: string,
  parts: {
    readonly open: () => Promise<RecordStore>;
    readonly before?: () => Promise<void>;
    readonly after?: () => Promise<void>;
  },
): void {
  describe(`RecordStore: ${name}`, () => {
    let store: RecordStore;
    beforeAll(async () => parts.before?.());
    afterAll(async () => parts.after?.());
    beforeEach(async () => {
      store = await parts.open();
      return () => store.close();
    });

    const commit = (events: CommitBatch['events'], sequence = 1) =>
      store.commit({ events, unreadable: [], sequence, at: start });
    const ended = (...records: readonly CallRecord[]) => commit(records.map((record) => eventOf('ended', record)));
    const query = (changes: Partial<ListQuery> = {}): ListQuery => ({
      account: accountA,
      unowned: false,
      limit: 50,
      ...changes,
    });
    const ids = async (changes: Partial<ListQuery> = {}) => (await store.list(query(changes))).map(({ id }) => id);

    it('keeps a record whole', async () => {
      const record = sampleRecord(1);
      expect(await ended(record)).toEqual([record]);
      expect(await store.find(record.id)).toEqual(record);
      expect(await store.find(callId(99))).toBeUndefined();
    });

    it('keeps one record per call, however often and by whatever event it comes', async () => {
      const record = sampleRecord(1);
      expect(await commit([...eventsOf(record), eventOf('ended', record)])).toEqual([record]);
      expect(await ended(record)).toEqual([]);
      expect(await commit([eventOf('refused', { ...record, from: 'other' })])).toEqual([]);
      expect(await store.find(record.id)).toEqual(record);
      expect(await ids()).toEqual([record.id]);
    });

    it('replaces what was supposed of a lost edge by its own record, and counts the call once', async () => {
      const record = sampleRecord(1);
      const supposed = { ...record, cause: 'edge-lost', outcome: 'failed', media: null } as const;
      expect(await ended(supposed)).toEqual([supposed]);
      expect(await ended(supposed)).toEqual([]);
      expect(await ended(record)).toEqual([]);
      expect(await store.find(record.id)).toEqual(record);
      expect(await store.list(query())).toMatchObject([
        { id: record.id, cause: record.cause, outcome: record.outcome },
      ]);
      expect(await ended(supposed)).toEqual([]);
      expect(await store.find(record.id)).toEqual(record);
      const other = sampleRecord(2);
      await commit([eventOf('ended', { ...other, cause: 'edge-lost' }), eventOf('ended', other)]);
      expect(await store.find(other.id)).toEqual(other);
    });

    it('remembers live calls until they end, over any number of batches', async () => {
      const record = sampleRecord(1);
      await commit([eventOf('attempted', record)], 1);
      await commit([eventOf('ringing', record)], 2);
      await commit([eventOf('answered', record)], 3);
      expect((await store.remember(10, start)).live).toMatchObject([
        {
          id: record.id,
          attempted_at: record.started_at,
          ringing_at: record.ringing_at,
          answered_at: record.answered_at,
        },
      ]);
      await commit([eventOf('ended', record)], 4);
      expect((await store.remember(10, start)).live).toEqual([]);
    });

    it('does not bring an ended call back to life when its begin is delivered again', async () => {
      const record = sampleRecord(1);
      await commit(eventsOf(record));
      await commit([eventOf('attempted', record), eventOf('ringing', record)]);
      expect((await store.remember(10, start)).live).toEqual([]);
    });

    it('notes its progress', async () => {
      expect(await store.progress()).toBe(0);
      await commit([], 41);
      await commit([], 42);
      expect(await store.progress()).toBe(42);
    });

    it('takes messages that do not read, once', async () => {
      const unreadable = [{ sequence: 7, subject: 'call.-.-.-.new', payload: 'not JSON \0 at all' }];
      for (let round = 0; round < 2; round++) {
        expect(await store.commit({ events: [], unreadable, sequence: 7, at: start })).toEqual([]);
      }
      expect(await store.progress()).toBe(7);
    });

    it('takes whatever a caller may write into a SIP header', async () => {
      const hostile = `\0'";--\u{1F4DE}\uD800${'9'.repeat(5_000)}`;
      const record = sampleRecord(1, { from: hostile, to: '\0', trunk_name: hostile, agent_name: 'ａ' });
      await ended(record);
      const found = await store.find(record.id);
      expect(found?.from.slice(0, 10)).toBe(record.from.slice(0, 10));
      expect(found?.from).toHaveLength(record.from.length);
      expect(await ids()).toEqual([record.id]);
    });

    it('lists the newest first and page by page, each record once', async () => {
      // Two of them start at the same time.
      const records = [1, 2, 3, 4, 5].map((count) =>
        sampleRecord(count, { started_at: at(Math.min(count, 4) * 1_000) }),
      );
      await ended(...records);
      const seen: string[] = [];
      let after: ListQuery['after'];
      for (let page = 0; page < 10; page++) {
        const calls = await store.list(query({ limit: 2, after }));
        seen.push(...calls.map(({ id }) => id));
        after = calls.at(-1);
        if (calls.length < 2) break;
      }
      expect(seen).toEqual([5, 4, 3, 2, 1].map(callId));
    });

    it('lists an account its own, and those of nobody only when asked', async () => {
      await ended(sampleRecord(1), sampleRecord(2, { account: accountB }), refusedRecord(3), sampleRecord(4));
      expect(await ids()).toEqual([callId(4), callId(1)]);
      expect(await ids({ account: accountB })).toEqual([callId(2)]);
      expect(await ids({ unowned: true })).toEqual([callId(4), callId(3), callId(1)]);
      expect(await ids({ unowned: true, limit: 2 })).toEqual([callId(4), callId(3)]);
      expect(await ids({ unowned: true, limit: 2, after: { started_at: at(3_000), id: callId(3) } })).toEqual([
        callId(1),
      ]);
    });

    it('filters by each field', async () => {
      await ended(
        sampleRecord(1),
        sampleRecord(2, {
          trunk: trunkB,
          direction: 'outbound',
          outcome: 'busy',
          cause: 'callee-busy',
          from: 'anna',
          to: '+49999',
        }),
      );
      const filters: readonly Partial<ListQuery>[] = [
        { trunk: trunkB },
        { direction: 'outbound' },
        { outcome: 'busy' },
        { cause: 'callee-busy' },
        { from: 'anna' },
        { to: '+49999' },
        { from: 'anna', outcome: 'busy' },
      ];
      for (const filter of filters) expect(await ids(filter), JSON.stringify(filter)).toEqual([callId(2)]);
      expect(await ids({ trunk: trunkA })).toEqual([callId(1)]);
      expect(await ids({ from: 'anna', outcome: 'completed' })).toEqual([]);
      expect(await ids({ from: `'; drop table calls --` })).toEqual([]);
    });

    it('remembers the newest ended calls and what each trunk did lately', async () => {
      await ended(
        sampleRecord(1),
        sampleRecord(2, { outcome: 'failed' }),
        sampleRecord(3, { trunk: trunkB, outcome: 'refused' }),
        sampleRecord(4, { trunk: null }),
      );
      const { ended: newest, lately } = await store.remember(2, at(0));
      expect(newest.map(({ id }) => id)).toEqual([callId(4), callId(3)]);
      const total = (trunk: string) =>
        lately
          .filter((count) => count.trunk === trunk)
          .reduce<readonly number[]>(
            (sum, { calls, failed }) => [(sum[0] ?? 0) + calls, (sum[1] ?? 0) + failed],
            [0, 0],
          );
      expect(total(trunkA)).toEqual([2, 1]);
      expect(total(trunkB)).toEqual([1, 1]);
      expect(lately.every(({ minute }) => minute === minuteOf(at(14_000)))).toBe(true);
      expect((await store.remember(2, at(15_000 + 1))).lately).toEqual([]);
    });

    it('forgets what is old, in portions', async () => {
      await ended(sampleRecord(1), sampleRecord(2), sampleRecord(3));
      await commit([eventOf('attempted', sampleRecord(10)), eventOf('attempted', sampleRecord(50))]);
      const before = { records: at(15_000), live: at(20_000) };
      expect(await store.forget(before, 1)).toBe(1);
      expect(await store.forget(before, 10)).toBe(1);
      expect(await store.forget(before, 10)).toBe(0);
      expect(await ids()).toEqual([callId(3)]);
      expect((await store.remember(10, start)).live.map(({ id }) => id)).toEqual([callId(50)]);
    });

    it('takes a batch far larger than one statement', async () => {
      const records = Array.from({ length: 2_500 }, (_, count) =>
        sampleRecord(count + 1, { ladder: [], attempts: [] }),
      );
      const stored = await commit([...records.slice(100), ...records].map((record) => eventOf('ended', record)));
      expect(stored).toHaveLength(2_500);
      expect(await ids({ limit: 3_000 })).toHaveLength(2_500);
    });
  });
}

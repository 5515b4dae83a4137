import { openDatabase } from '@trunkline/status/store/open-database';
import { PostgresRecordStore } from '@trunkline/status/store/postgres-record-store';
import { StoreUnavailable } from '@trunkline/status/store/record-store';
import { describeRecordStore } from '@trunkline/status/store/record-store-contract';
import { eventOf, sampleRecord, start } from '@trunkline/status/testing/sample-calls';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { describe, expect, it } from 'vitest';

let postgres: PrivatePostgres;
let databases = 0;

describeRecordStore('on PostgreSQL', {
  before: async () => {
    postgres = await startPrivatePostgres();
  },
  open: async () => {
    databases += 1;
    const url = await postgres.createDatabase(`status_${databases}`);
    return new PostgresRecordStore(
      openDatabase(url, () => {}),
      () => {},
    );
  },
  after: async () => postgres.close(),
});

describe('PostgreSQL killed while batches are committed', () => {
  it('ends in rejections, never in the process, and loses no committed record', async () => {
    const server = await startPrivatePostgres();
    const url = await server.createDatabase('status');
    const store = new PostgresRecordStore(
      openDatabase(url, () => {}),
      () => {},
    );
    const committed: string[] = [];
    let next = 0;
    const commitOne = async (): Promise<void> => {
      const record = sampleRecord(++next);
      const events = [eventOf('ended', record)];
      await store.commit({ events, unreadable: [], sequence: next, at: start });
      committed.push(record.id);
    };
    try {
      for (let kill = 0; kill < 5; kill++) {
        const enough = committed.length + 40;
        const lanes = Array.from({ length: 6 }, async () => {
          for (;;) await commitOne();
        });
        const outcomes = Promise.allSettled(lanes);
        await waitUntil(() => committed.length >= enough, { what: 'commits' });
        await server.kill();
        for (const outcome of await outcomes) {
          expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
        }
        await server.restart();
        await waitUntil(async () => (await store.progress()) > 0, { what: 'the store to work again' });
      }
      for (const id of committed) expect((await store.find(id as Parameters<typeof store.find>[0]))?.id).toBe(id);
    } finally {
      await store.close();
      await server.close();
    }
  });
});

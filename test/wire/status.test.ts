import type { CallRecord } from '@trunkline/contracts/call-record';
import { eventOf, eventsOf, refusedRecord, sampleRecord, trunkA } from '@trunkline/status/testing/sample-calls';
import { sampleTrunk, sealedPassword } from '@trunkline/status/testing/sample-trunk';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StatusWorld, startStatusWorld } from './status-world.ts';

let world: StatusWorld;
beforeAll(async () => {
  world = await startStatusWorld();
});
afterAll(async () => world?.close());

const liveIds = async (): Promise<readonly string[]> => (await world.calls('state=live')).map(({ id }) => id);

describe('status on a real NATS and a real PostgreSQL', () => {
  it('shows a trunk, who has applied it, and a call from begin to end', async () => {
    const generation = await world.putTrunk(sampleTrunk());
    await world.beat(generation);
    const record = sampleRecord(1);
    await world.publish(eventOf('attempted', record));
    await world.publish(eventOf('ringing', record));
    const trunk = await waitUntil(
      async () => {
        const { body } = await world.get(`/trunks/${trunkA}`);
        return (body as { calls_now?: number }).calls_now === 1 ? body : undefined;
      },
      { what: 'the call to be counted on its trunk' },
    );
    expect(trunk).toMatchObject({
      name: 'Carrier A',
      generation,
      numbers: [{ number: '+4930222', agent_name: 'Anna' }],
      applied: { edges_live: 1, on: ['edge-1'] },
    });
    expect(JSON.stringify(trunk)).not.toContain(sealedPassword);
    expect(await world.calls('state=live')).toMatchObject([{ id: record.id, phase: 'ringing', from: '+4930111' }]);

    await world.publish(eventOf('answered', record));
    await world.publish(eventOf('ended', record));
    await waitUntil(async () => (await world.calls('state=ended')).length === 1, { what: 'the record' });
    expect(await liveIds()).toEqual([]);
    const stored = await world.record(record.id);
    expect(stored).toMatchObject({
      id: record.id,
      ladder: record.ladder,
      attempts: record.attempts,
      media: record.media,
    });
    expect(stored?.explanation.candidates).toHaveLength(1);
    expect(stored?.explanation.candidates_total).toBe(2);
  });

  it('loses no record and doubles none when it is killed again and again in the middle of many', async () => {
    const calls = 3_000;
    const records = Array.from({ length: calls }, (_, count) =>
      count % 7 === 0
        ? refusedRecord(1_000 + count, { account: sampleRecord(1).account })
        : sampleRecord(1_000 + count),
    );
    const inProgress = [sampleRecord(9_001), sampleRecord(9_002)];
    const events = [
      ...inProgress.flatMap((record) => eventsOf(record).slice(0, 3)),
      ...records.flatMap((record) => (record.outcome === 'refused' ? [eventOf('refused', record)] : eventsOf(record))),
    ];
    const publishing = (async () => {
      const inFlight = 200;
      for (let first = 0; first < events.length; first += inFlight) {
        await Promise.all(events.slice(first, first + inFlight).map((event) => world.publish(event)));
      }
    })();
    let seen = 0;
    for (let kill = 0; kill < 4; kill++) {
      // Killed while it works: some of this round's records are there and not yet all.
      seen = await waitUntil(
        async () => {
          const count = (await world.calls('state=ended')).length;
          return count > seen ? count : undefined;
        },
        { what: 'progress', deadline_ms: 20_000 },
      );
      if (kill < 2) expect(seen, 'it was done before it was killed').toBeLessThan(records.length);
      await world.killStatus();
      await world.startStatus();
    }
    await publishing;
    const expected = [...records, sampleRecord(1)].map(({ id }) => id).sort();
    const found = await waitUntil(
      async () => {
        const ids = (await world.calls('state=ended')).map(({ id }) => id);
        return ids.length >= expected.length ? ids : undefined;
      },
      { what: 'every record', deadline_ms: 30_000 },
    );
    expect([...found].sort()).toEqual(expected);
    const sample = records.filter((_, index) => index % 500 === 1);
    for (const record of sample) expect((await world.record(record.id))?.sip_call_id).toBe(record.sip_call_id);

    await world.killStatus();
    await world.startStatus();
    expect([...(await liveIds())].sort()).toEqual(inProgress.map(({ id }) => id));
    expect(await world.calls('state=live')).toMatchObject(
      inProgress.map(() => ({ phase: 'answered', from: '+4930111' })),
    );
    for (const record of inProgress) await world.publish(eventOf('ended', record));
    await waitUntil(async () => (await liveIds()).length === 0, { what: 'the calls in progress to end' });
  });

  it('goes on live while the database is away, and catches up', async () => {
    await world.postgres.kill();
    const record: CallRecord = sampleRecord(20_001);
    await world.publish(eventOf('attempted', record));
    await waitUntil(async () => (await liveIds()).includes(record.id), { what: 'the live call' });
    expect(await world.get('/calls?state=ended')).toMatchObject({ status: 503, body: { error: 503 } });
    expect(await world.get('/ready')).toMatchObject({
      status: 503,
      body: { reasons: [{ check: 'database', reason: 'the database does not answer' }] },
    });
    expect((await world.get('/live')).status).toBe(200);
    await world.publish(eventOf('ended', record));
    await waitUntil(async () => (await liveIds()).length === 0, { what: 'the call to end live' });
    expect((await world.record(record.id))?.id).toBe(record.id);
    await world.postgres.restart();
    await waitUntil(async () => (await world.calls('state=ended')).some(({ id }) => id === record.id), {
      what: 'the record in the database',
      deadline_ms: 20_000,
    });
    await waitUntil(async () => (await world.get('/ready')).status === 200, { what: 'readiness' });
  });

  it('starts without the database and takes everything in when it comes', async () => {
    const live = sampleRecord(30_001);
    await world.publish(eventOf('attempted', live));
    await waitUntil(async () => (await liveIds()).includes(live.id), { what: 'the live call' });
    await world.killStatus();
    await world.postgres.kill();
    const started = world.startStatus();
    await waitUntil(async () => (await world.get('/trunks')).status === 200, { what: 'the trunks' });
    expect((await world.get('/ready')).status).toBe(503);
    await world.postgres.restart();
    await started;
    await waitUntil(async () => (await liveIds()).includes(live.id), { what: 'the call in progress' });
    await world.publish(eventOf('ended', live));
    await waitUntil(async () => (await liveIds()).length === 0, { what: 'its end' });
  });

  it('tells Prometheus, and stops cleanly', async () => {
    const { body } = await world.get('/metrics');
    expect(body).toMatch(/trunkline_status_edges_live\{service="status"\} \d/);
    const caughtUp = /trunkline_status_records_behind\{service="status"\} 0/;
    await waitUntil(async () => caughtUp.test(String((await world.get('/metrics')).body)), { what: 'no lag' });
    world.status.kill('SIGTERM');
    expect(await world.status.waitForExit()).toEqual({ code: 0, signal: null });
  });
});

import { createHash } from 'node:crypto';
import { heartbeatLifetime_ms } from '@trunkline/contracts/edge-heartbeat';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import { agentKey, buckets, callSubject, callsStream, trunkKey } from '@trunkline/contracts/nats-map';
import { type LogFields, type Logger, silentLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { createMemoryBus } from '@trunkline/testkit/memory-bus';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterEach, describe, expect, it } from 'vitest';
import { createStatus, type Status } from './status.ts';
import { MemoryRecordStore } from './store/memory-record-store.ts';
import { accountA, at, callId, eventOf, eventsOf, sampleRecord, trunkA } from './testing/sample-calls.ts';
import { accessA, sampleAgent, sampleHeartbeat, sampleTrunk } from './testing/sample-trunk.ts';

const token = 'the-token';
const hash = createHash('sha256').update(token).digest('hex');
const day_ms = 24 * 3_600_000;
const lostEdge_ms = 40_000;

let running: Status | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(store = new MemoryRecordStore(), bus = createMemoryBus(), lost_edge_ms = lostEdge_ms) {
  const clock = createFakeClock(at(0));
  const lines: { readonly sentence: string; readonly fields: LogFields | undefined }[] = [];
  const logger: Logger = { ...silentLogger, warn: (sentence, fields) => void lines.push({ sentence, fields }) };
  const metrics = createMetrics({ service: 'status', process: false });
  const status = await createStatus({ bus, store, clock, logger, metrics, retention_days: 1, lost_edge_ms });
  running = status;
  await status.start();
  const put = async (bucket: string, key: string, value: unknown) =>
    (await bus.bucket(bucket)).put(key, typeof value === 'string' ? value : JSON.stringify(value));
  await put(buckets.tokens, hash, accessA);
  const get = async (url: string) => {
    const answer = await status.api.inject({ url, headers: { authorization: `Bearer ${token}` } });
    return { code: answer.statusCode, body: answer.json() as Record<string, unknown> };
  };
  const publish = (event: CallEvent) => bus.publish(callSubject(event), JSON.stringify(event), event.id);
  const until = (what: string, url: string, part: object) =>
    waitUntil(
      async () => {
        expect((await get(url)).body).toMatchObject(part);
        return true;
      },
      { what },
    );
  return { bus, store, clock, lines, put, get, publish, until };
}

describe('status', () => {
  it('is ready when it knows NATS, the configuration and the database', async () => {
    const { bus, store, get, until } = await start();
    await until('readiness', '/ready', { status: 'ready' });
    store.available = false;
    expect(await get('/ready')).toMatchObject({ code: 503, body: { reasons: [{ check: 'database' }] } });
    bus.setConnected(false);
    expect((await get('/ready')).body).toMatchObject({ reasons: [{ check: 'nats' }, { check: 'database' }] });
  });

  it('follows trunks and agents through every change', async () => {
    const { bus, put, until, get } = await start();
    const key = trunkKey(accountA, trunkA);
    await put(buckets.trunks, key, sampleTrunk());
    await put(buckets.agents, agentKey(accountA, sampleAgent.id), sampleAgent);
    await until('the trunk', `/trunks/${trunkA}`, { generation: 1, numbers: [{ agent_name: 'Anna' }] });
    await put(buckets.trunks, key, sampleTrunk({ is_active: false }));
    await until('the change', `/trunks/${trunkA}`, { generation: 2, is_active: false });
    await (await bus.bucket(buckets.agents)).delete(agentKey(accountA, sampleAgent.id));
    await until('the agent to go', `/trunks/${trunkA}`, { numbers: [{ agent_name: null }] });
    await (await bus.bucket(buckets.trunks)).delete(key);
    await until('the trunk to go', '/trunks', { trunks: [] });
    expect((await get(`/trunks/${trunkA}`)).code).toBe(404);
  });

  it.each([['{'], ['{"name":"half a trunk"}']])('leaves out an entry that does not read: %s', async (value) => {
    const { put, until, lines } = await start();
    const key = trunkKey(accountA, trunkA);
    await put(buckets.trunks, key, sampleTrunk());
    await until('the trunk', '/trunks', { trunks: [{ id: trunkA }] });
    await put(buckets.trunks, key, value);
    await until('it to be left out', '/trunks', { trunks: [] });
    expect(lines).toMatchObject([{ fields: { bucket: 'trunks', key, revision: 2 } }]);
  });

  it('shuts out a token that is withdrawn or does not read, and never logs its hash', async () => {
    const { bus, put, get, lines } = await start();
    expect((await get('/trunks')).code).toBe(200);
    await put(buckets.tokens, hash, '{"role":"owner"}');
    await waitUntil(async () => (await get('/trunks')).code === 401, { what: 'the token to be refused' });
    await put(buckets.tokens, hash, accessA);
    await waitUntil(async () => (await get('/trunks')).code === 200, { what: 'the token to be taken' });
    await (await bus.bucket(buckets.tokens)).delete(hash);
    await waitUntil(async () => (await get('/trunks')).code === 401, { what: 'the token to be withdrawn' });
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain(hash);
  });

  it('takes an edge as gone when its heartbeats stop', async () => {
    const { put, until, clock } = await start();
    await put(buckets.edges, 'edge-1', sampleHeartbeat());
    await until('the edge', '/edges', { edges: [{ edge: 'edge-1', live: true }] });
    await clock.advanceAsync(heartbeatLifetime_ms + 1);
    await until('the edge to be gone', '/edges', { edges: [{ edge: 'edge-1', live: false }] });
  });

  it('ends the calls of an edge that is gone, and takes the word of one that was only cut off', async () => {
    const { put, publish, until, clock, get } = await start();
    const record = sampleRecord(1);
    const beat = async () => put(buckets.edges, 'edge-1', sampleHeartbeat({ at: clock.now() }));
    await publish(eventOf('attempted', record));
    await publish(eventOf('answered', record));
    await until('the call', '/calls', { calls: [{ id: record.id, phase: 'answered' }] });
    for (let beats = 0; beats < 30; beats++) {
      await beat();
      await clock.advanceAsync(2_000);
    }
    expect((await get('/calls')).body).toMatchObject({ calls: [{ id: record.id, state: 'live' }] });
    const heard_at = clock.now() - 2_000;
    await clock.advanceAsync(lostEdge_ms + 10_000);
    await until('the end of the call', `/calls/${record.id}`, {
      call: { state: 'ended', cause: 'edge-lost', outcome: 'failed', ended_at: heard_at },
      record: { sip_call_id: record.sip_call_id, source: record.source, answered_at: record.answered_at, status: 200 },
    });
    await publish(eventOf('ended', record));
    await until("the edge's own record", `/calls/${record.id}`, {
      record: { cause: record.cause, media: record.media },
    });
    await until('one record in the list', '/calls', { calls: [{ cause: record.cause }] });
    expect((await get('/calls')).body['calls']).toHaveLength(1);
  });

  it('ends the calls of an edge that was begun anew', async () => {
    const { put, publish, until, clock } = await start();
    const record = sampleRecord(1);
    await publish(eventOf('answered', record));
    await clock.advanceAsync(60_000);
    const started_at = clock.now();
    for (let beats = 0; beats < 27; beats++) {
      await put(buckets.edges, 'edge-1', sampleHeartbeat({ at: clock.now(), started_at }));
      await clock.advanceAsync(2_000);
    }
    await until('its end', '/calls', { calls: [{ id: record.id, cause: 'edge-lost', ended_at: started_at }] });
  });

  it('ends nothing while NATS is away, nor before all had the time to speak again', async () => {
    const { bus, put, publish, until, clock, get } = await start();
    const record = sampleRecord(1);
    const beat = async () => put(buckets.edges, 'edge-1', sampleHeartbeat({ at: clock.now() }));
    await beat();
    await publish(eventOf('answered', record));
    await until('the call', '/calls', { calls: [{ id: record.id }] });
    bus.setConnected(false);
    await clock.advanceAsync(10 * lostEdge_ms);
    bus.setConnected(true);
    await clock.advanceAsync(lostEdge_ms - 5_000);
    await beat();
    await clock.advanceAsync(10_000);
    expect((await get('/calls')).body).toMatchObject({ calls: [{ id: record.id, state: 'live' }] });
  });

  it('records calls, and takes over where another process ended', async () => {
    const first = await start();
    for (const event of eventsOf(sampleRecord(1))) await first.publish(event);
    await first.publish(eventOf('attempted', sampleRecord(2)));
    await first.until('the record', '/calls?state=ended', { calls: [{ id: callId(1) }] });
    await waitUntil(async () => (await first.store.progress()) === 5, { what: 'everything to be committed' });
    await running?.stop();
    const second = await start(first.store, first.bus);
    await second.until('the live call', '/calls', { calls: [{ id: callId(2), state: 'live' }, { id: callId(1) }] });
    await second.publish(eventOf('ended', sampleRecord(2)));
    await second.until('its end', '/calls', { calls: [{ id: callId(2), state: 'ended' }, { id: callId(1) }] });
  });

  it('forgets records after their days, and live calls of which nothing is heard', async () => {
    const { publish, until, clock, store } = await start(undefined, undefined, 3 * day_ms);
    await publish(eventOf('ended', sampleRecord(1)));
    await publish(eventOf('attempted', sampleRecord(2)));
    await until('both', '/calls', { calls: [{ id: callId(2) }, { id: callId(1) }] });
    await waitUntil(async () => (await store.progress()) === 2, { what: 'everything to be committed' });
    await clock.advanceAsync(day_ms - 60_000);
    await until('both still', '/calls', { calls: [{ id: callId(2) }, { id: callId(1) }] });
    await clock.advanceAsync(1_200_000);
    await until('nothing', '/calls', { calls: [] });
    expect(await store.find(callId(1))).toBeUndefined();
  });

  it('makes the stream that it reads', async () => {
    const { bus } = await start();
    await expect(bus.publish('call.-.-.-.ended', '{}', 'id')).resolves.toBeUndefined();
    expect(callsStream.subjects).toEqual(['call.*.*.*.*']);
  });
});

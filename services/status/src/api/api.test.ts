import { createHash } from 'node:crypto';
import type { Access } from '@trunkline/contracts/access';
import type { CallRecord } from '@trunkline/contracts/call-record';
import type { TracedMessage } from '@trunkline/contracts/sip-trace';
import { createHealth } from '@trunkline/runtime/health';
import { silentLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryRecordStore } from '../store/memory-record-store.ts';
import {
  accountB,
  at,
  callId,
  eventOf,
  refusedRecord,
  sampleRecord,
  start,
  trunkA,
  trunkB,
} from '../testing/sample-calls.ts';
import { accessA, sampleAgent, sampleHeartbeat, sampleTrunk, sealedPassword } from '../testing/sample-trunk.ts';
import type { SipTraces } from '../trace/sip-traces.ts';
import type { CallSummary } from '../view/call-summary.ts';
import { trunkFacts } from '../view/trunks-view.ts';
import { createView, type View } from '../view/view.ts';
import { type Api, createApi } from './create-api.ts';

const hash = (token: string): string => createHash('sha256').update(token).digest('hex');
const tokens: Readonly<Record<string, Access>> = {
  'owner-a': accessA,
  'member-b': { account: accountB, role: 'member', operator: false, expires_at: null },
  operator: { ...accessA, operator: true },
  expired: { ...accessA, expires_at: start },
};

const place = { address: '127.0.0.1', port: 5060 };
const traced: TracedMessage = {
  ...{ at: at(1_000), direction: 'in', transport: 'udp', local: place, remote: place, leg: 'caller' },
  text: 'INVITE sip:+4930222@127.0.0.1 SIP/2.0\r\n\r\n',
};
const traces: SipTraces = { of: async (sip_call_id) => (sip_call_id === 'leg-a-1' ? [traced] : []) };

let view: View;
let store: MemoryRecordStore;
let api: Api;
let tokensKnown: boolean;

beforeEach(async () => {
  view = createView();
  store = new MemoryRecordStore();
  tokensKnown = true;
  const clock = createFakeClock(at(100_000));
  const metrics = createMetrics({ service: 'status', process: false });
  const health = createHealth({ checks: [], metrics, clock });
  for (const [token, access] of Object.entries(tokens)) view.tokens.put(hash(token), access);
  view.trunks.putAgent('a', sampleAgent);
  view.trunks.putTrunk('a', trunkFacts(sampleTrunk(), 7));
  view.trunks.putTrunk('b', trunkFacts(sampleTrunk({ id: trunkB, account: accountB, name: 'Secret of B' }), 8));
  view.edges.put(sampleHeartbeat({ applied: { trunks: 7, agents: 0 } }), at(99_000), true);
  api = await createApi({
    ...{ view, store, traces, clock, logger: silentLogger, health },
    tokensKnown: () => tokensKnown,
  });
});
afterEach(() => api.app.close());

async function get(url: string, token: string | undefined = 'owner-a') {
  const answer = await api.app.inject({ url, headers: token === '' ? {} : { authorization: `Bearer ${token}` } });
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown>, headers: answer.headers };
}
const commit = (...records: readonly CallRecord[]) =>
  store.commit({ events: records.map((record) => eventOf('ended', record)), unreadable: [], sequence: 1, at: start });
const idsOf = (body: Record<string, unknown>) => (body['calls'] as readonly CallSummary[]).map(({ id }) => id);

describe('the token', () => {
  it.each(['/trunks', '/calls', `/calls/${callId(1)}`, '/edges', '/events', `/trunks/${trunkA}`])(
    'is needed for %s',
    async (url) => {
      for (const token of ['', 'unknown', 'expired']) {
        const { status, body, headers } = await get(url, token);
        expect([status, body]).toEqual([401, { error: 401, message: 'Access denied' }]);
        expect(headers['www-authenticate']).toBe('Bearer');
      }
    },
  );

  it('is not judged before the tokens are known', async () => {
    tokensKnown = false;
    expect((await get('/trunks')).status).toBe(503);
  });

  it.each(['/live', '/ready', '/metrics', '/'])('is not needed for %s', async (url) => {
    expect((await api.app.inject({ url })).statusCode).toBe(200);
  });
});

describe('GET /trunks', () => {
  it('shows the account its own trunks without secrets', async () => {
    view.calls.apply(eventOf('attempted', sampleRecord(1)));
    const { body } = await get('/trunks');
    expect(body).toMatchObject({
      trunks: [{ id: trunkA, calls_now: 1, generation: 7, applied: { edges_live: 1, on: ['edge-1'] } }],
      next_cursor: null,
    });
    expect(JSON.stringify(body)).not.toContain(sealedPassword);
    expect(JSON.stringify(body)).not.toContain('Secret of B');
    expect((await get(`/trunks/${trunkA}`)).body).toMatchObject({ id: trunkA });
    expect((await get(`/trunks/${trunkB}`)).status).toBe(404);
    expect((await get(`/trunks/${trunkA}`, 'operator')).status).toBe(200);
    expect((await get(`/trunks/${trunkB}`, 'operator')).status).toBe(404);
  });

  it('pages', async () => {
    view.trunks.putTrunk('c', trunkFacts(sampleTrunk({ id: '0T00000000000000000000000Z' as typeof trunkA }), 9));
    const first = (await get('/trunks?limit=1')).body;
    expect(first).toMatchObject({ trunks: [{ id: trunkA }], next_cursor: trunkA });
    expect((await get(`/trunks?limit=1&cursor=${trunkA}`)).body).toMatchObject({
      trunks: [{ id: '0T00000000000000000000000Z' }],
    });
  });
});

describe('GET /edges', () => {
  it('tells only the operator how busy an edge is', async () => {
    expect((await get('/edges')).body).toMatchObject({ edges: [{ edge: 'edge-1', live: true, calls: null }] });
    expect((await get('/edges', 'operator')).body).toMatchObject({ edges: [{ edge: 'edge-1', calls: 3 }] });
  });
});

describe('GET /calls', () => {
  beforeEach(async () => {
    await commit(sampleRecord(1), sampleRecord(2), sampleRecord(3, { account: accountB }), refusedRecord(4));
    for (const count of [11, 12]) view.calls.apply(eventOf('attempted', sampleRecord(count)));
    view.calls.apply(eventOf('attempted', sampleRecord(13, { account: accountB })));
    view.calls.apply(eventOf('attempted', refusedRecord(14)));
  });

  it.each([
    ['owner-a', '', [12, 11, 2, 1]],
    ['owner-a', 'state=live', [12, 11]],
    ['owner-a', 'state=ended', [2, 1]],
    ['member-b', '', [13, 3]],
    ['operator', 'state=live', [14, 12, 11]],
    ['operator', 'state=ended', [4, 2, 1]],
    ['owner-a', 'outcome=completed', [2, 1]],
    ['owner-a', `trunk=${trunkB}`, []],
    ['owner-a', 'from=%2B4930111&to=%2B4930222', [12, 11, 2, 1]],
    ['owner-a', 'from=%2B4930999', []],
    ['owner-a', 'direction=outbound', []],
    ['owner-a', 'cause=callee-busy', []],
  ])('%s asks %j', async (token, query, counts) => {
    expect(idsOf((await get(`/calls?${query}`, token)).body)).toEqual(counts.map(callId));
  });

  it('goes through live and ended calls page by page, each once', async () => {
    for (const limit of [1, 2, 3, 10]) {
      const seen: string[] = [];
      let cursor: unknown = '';
      for (let page = 0; page < 10 && cursor !== null; page++) {
        const { body } = await get(`/calls?limit=${limit}${cursor === '' ? '' : `&cursor=${String(cursor)}`}`);
        seen.push(...idsOf(body));
        cursor = body['next_cursor'];
      }
      expect(seen, `limit ${limit}`).toEqual([12, 11, 2, 1].map(callId));
    }
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=many', 'limit'],
    ['limit=201', 'limit'],
    ['state=dead', 'state'],
    ['outcome=fine', 'outcome'],
    ['cause=none', 'cause'],
    ['trunk=1', 'trunk'],
    ['cursor=%00', 'cursor'],
    ['cursor=WzFd', 'cursor'],
    ['from=', 'from'],
    ['to=1&to=2', 'to'],
    ['form=1', 'form'],
  ])('names the field at fault in ?%s', async (query, field) => {
    const { status, body } = await get(`/calls?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 400, details: [{ path: field }] });
    expect(body['message']).toContain(`${field}: `);
  });

  it('shows what is live while the database is away, and says so of the history', async () => {
    store.available = false;
    expect(await get('/calls?state=ended')).toMatchObject({
      status: 503,
      body: { error: 503, message: 'The call history is not available at the moment' },
      headers: { 'retry-after': '5' },
    });
    expect(idsOf((await get('/calls?state=live')).body)).toEqual([12, 11].map(callId));
    expect(idsOf((await get('/calls')).body)).toEqual([12, 11].map(callId));
    expect((await get(`/calls/${callId(1)}`)).status).toBe(503);
  });
});

describe('GET /calls/{id}', () => {
  it('answers the whole record, without the candidates of others', async () => {
    await commit(sampleRecord(1));
    const { body } = await get(`/calls/${callId(1)}`);
    const { explanation, ...rest } = sampleRecord(1);
    expect(body).toMatchObject({ call: { state: 'ended', outcome: 'completed' }, record: rest });
    expect(body).toMatchObject({ record: { explanation: { summary: explanation.summary, candidates_total: 2 } } });
    expect(JSON.stringify(body)).not.toContain('Secret of B');
  });

  it('answers a live call, and one that has just ended before the database has it', async () => {
    view.calls.apply(eventOf('attempted', sampleRecord(1)));
    expect((await get(`/calls/${callId(1)}`)).body).toMatchObject({ call: { state: 'live' }, record: null });
    view.calls.apply(eventOf('ended', sampleRecord(1)));
    expect((await get(`/calls/${callId(1)}`)).body).toMatchObject({ record: { id: callId(1) } });
  });

  it('knows nothing of the calls of others, live, ended or long ago', async () => {
    const [live, ended, old] = [21, 22, 23].map((count) => sampleRecord(count, { account: accountB }));
    if (!live || !ended || !old) throw new Error('no samples');
    view.calls.apply(eventOf('attempted', live));
    view.calls.apply(eventOf('ended', ended));
    await commit(old, refusedRecord(24));
    for (const id of [live.id, ended.id, old.id, callId(24), callId(99), 'no-id', '%00']) {
      expect(await get(`/calls/${id}`), id).toMatchObject({
        status: 404,
        body: { error: 404, message: 'Call not found' },
      });
    }
    expect((await get(`/calls/${callId(24)}`, 'operator')).status).toBe(200);
    expect((await get(`/calls/${old.id}`, 'operator')).status).toBe(404);
  });
});

describe('every answer', () => {
  it.each(['/', '/trunks', '/nothing', '/style.css'])('%s carries the headers that keep strangers out', async (url) => {
    const { headers } = await api.app.inject({ url });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('GET /calls/{id}/trace', () => {
  it.each(['live', 'ended'])('draws the ladder of a %s call from what SIP servers know of it', async (state) => {
    const record = sampleRecord(1);
    view.calls.apply(eventOf(state === 'live' ? 'attempted' : 'ended', record));
    const ladder = [{ at: traced.at, from: 'caller', to: 'trunkline', text: 'INVITE' }];
    expect(await get(`/calls/${record.id}/trace`)).toMatchObject({ status: 200, body: { ladder, messages: [traced] } });
    expect((await get(`/calls/${record.id}/trace`, 'member-b')).status).toBe(404);
    expect((await get(`/calls/${record.id}/trace`, '')).status).toBe(401);
    expect((await get('/calls/nonsense/trace')).status).toBe(404);
    const other = sampleRecord(2);
    view.calls.apply(eventOf('attempted', other));
    expect(await get(`/calls/${other.id}/trace`)).toMatchObject({ status: 200, body: { ladder: [], messages: [] } });
  });
});

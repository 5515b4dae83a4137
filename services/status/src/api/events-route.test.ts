import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { createHealth } from '@trunkline/runtime/health';
import { silentLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { createFakeClock, type FakeClock } from '@trunkline/testkit/fake-clock';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryRecordStore } from '../store/memory-record-store.ts';
import { at, callId, eventOf, sampleRecord } from '../testing/sample-calls.ts';
import { accessA, sampleTrunk } from '../testing/sample-trunk.ts';
import { NO_TRACES } from '../trace/sip-traces.ts';
import { trunkFacts } from '../view/trunks-view.ts';
import { createView, type View } from '../view/view.ts';
import { type Api, createApi } from './create-api.ts';

const hash = createHash('sha256').update('token').digest('hex');

let view: View;
let clock: FakeClock;
let api: Api;
let port: number;
let sockets: Socket[];

beforeEach(async () => {
  view = createView();
  clock = createFakeClock(at(0));
  sockets = [];
  view.tokens.put(hash, { ...accessA, expires_at: at(40_000) });
  const metrics = createMetrics({ service: 'status', process: false });
  const health = createHealth({ checks: [], metrics, clock });
  const parts = { view, store: new MemoryRecordStore(), traces: NO_TRACES, clock, logger: silentLogger, health };
  api = await createApi({ ...parts, tokensKnown: () => true });
  port = Number(new URL(await api.app.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  api.clients.end();
  await api.app.close();
});

/** A reader of its own making: it reads only when it is told to. */
function openStream(reads: boolean): { readonly text: () => string; readonly ended: () => boolean } {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  let ended = false;
  socket.setEncoding('utf8');
  if (reads) socket.on('data', (chunk) => (text += chunk));
  else socket.pause();
  socket.on('error', () => {});
  socket.on('close', () => (ended = true)).on('end', () => (ended = true));
  socket.write('GET /events HTTP/1.1\r\nhost: test\r\nauthorization: Bearer token\r\n\r\n');
  return { text: () => text, ended: () => ended };
}

describe('GET /events', () => {
  it('tells what changes, gathered, and says that it is still there', async () => {
    const stream = openStream(true);
    await waitUntil(() => stream.text().includes('event: snapshot'), { what: 'the snapshot' });
    expect(stream.text()).toMatch(/content-type: text\/event-stream/i);
    expect(stream.text()).toMatch(/content-security-policy/i);
    for (const what of ['attempted', 'ringing', 'answered'] as const) {
      const call = view.calls.apply(eventOf(what, sampleRecord(1)));
      if (call !== undefined) view.changes.tell({ kind: 'call', call });
    }
    clock.advance(1_000);
    await waitUntil(() => stream.text().includes('"phase":"answered"'), { what: 'the call' });
    expect(stream.text().split('event: call\n')).toHaveLength(2);
    expect(stream.text()).not.toContain('"phase":"ringing"');
    clock.advance(15_000);
    await waitUntil(() => stream.text().includes(': still here'), { what: 'the heartbeat' });
    expect(stream.ended()).toBe(false);
  });

  it('ends when the token does', async () => {
    const stream = openStream(true);
    await waitUntil(() => api.clients.count === 1, { what: 'the stream' });
    clock.advance(30_000);
    expect(api.clients.count).toBe(1);
    clock.advance(15_000);
    await waitUntil(() => stream.text().endsWith('0\r\n\r\n'), { what: 'the end of the stream' });
    await waitUntil(() => api.clients.count === 0, { what: 'the client to be forgotten' });
  });

  it('keeps nothing for a reader that does not read, and lets it go', async () => {
    const numbers = Array.from({ length: 20 }, () => ({ ...sampleTrunk().numbers[0], name: 'x'.repeat(250) }));
    for (let count = 0; count < 1_000; count++) {
      const trunk = sampleTrunk({ id: callId(count) as never, numbers: numbers as never });
      view.trunks.putTrunk(String(count), trunkFacts(trunk, 1));
    }
    const stream = openStream(false);
    await waitUntil(() => api.clients.count === 1, { what: 'the stream' });
    const timers = clock.pending().length;
    for (let count = 0; count < 10_000; count++) {
      view.changes.tell({ kind: 'call', call: { id: callId(count), account: accessA.account, trunk: null } });
    }
    expect(clock.pending()).toHaveLength(timers);
    clock.advance(30_000);
    await waitUntil(() => api.clients.count === 0, { what: 'the reader to be let go' });
    expect(clock.pending()).toEqual([]);
    expect(stream.text()).toBe('');
  });

  it('leaves nothing behind when the reader leaves', async () => {
    openStream(true);
    await waitUntil(() => api.clients.count === 1, { what: 'the stream' });
    sockets[0]?.destroy();
    await waitUntil(() => api.clients.count === 0, { what: 'the client to be forgotten' });
    expect(clock.pending()).toEqual([]);
  });
});

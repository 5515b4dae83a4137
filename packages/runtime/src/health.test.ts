import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import { type Check, createHealth, serveHealth } from './health.ts';
import { createMetrics } from './metrics.ts';

function open(checks: readonly Check[]) {
  const clock = createFakeClock();
  const metrics = createMetrics({ service: 'edge', process: true });
  metrics.counter<'cause'>({ name: 'calls_total', help: 'Calls', labels: ['cause'] }).add(2, { cause: 'draining' });
  return { clock, health: createHealth({ checks, metrics, clock }) };
}

describe('health', () => {
  it('is ready when every check is content', async () => {
    const { health, clock } = open([
      { name: 'nats', reason: () => undefined },
      { name: 'database', reason: async () => undefined },
    ]);
    expect(await health.ready()).toMatchObject({ status: 200, body: '{"status":"ready","reasons":[]}' });
    expect(clock.pending()).toEqual([]);
  });
  it('gives every reason, those of checks that fail or hang too, and no text of an error', async () => {
    const { health, clock } = open([
      { name: 'nats', reason: () => 'not connected' },
      { name: 'sip', reason: () => undefined },
      { name: 'database', reason: () => Promise.reject(new Error('postgres://user:hunter2@host')) },
      { name: 'rtpengine', reason: () => new Promise(() => {}) },
    ]);
    const answer = health.ready();
    clock.advance(2_000);
    expect((await answer).status).toBe(503);
    expect(JSON.parse((await answer).body)).toEqual({
      status: 'not ready',
      reasons: [
        { check: 'nats', reason: 'not connected' },
        { check: 'database', reason: 'the check failed' },
        { check: 'rtpengine', reason: 'no answer within 2000 ms' },
      ],
    });
  });
  it('serves its three pages over HTTP, and nothing else', async () => {
    const { health } = open([{ name: 'nats', reason: () => 'not connected' }]);
    const server = await serveHealth({ host: '127.0.0.1', port: 0 }, health);
    const get = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    expect((await get('/live')).status).toBe(200);
    expect((await get('/ready?verbose')).status).toBe(503);
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await metrics.text();
    expect(text).toContain('calls_total{cause="draining",service="edge"} 2');
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds{service="edge"} /m);
    expect((await get('/other')).status).toBe(404);
    expect((await get('/constructor')).status).toBe(404);
    expect((await get('/live', 'POST')).status).toBe(404);
    await expect(serveHealth({ host: '127.0.0.1', port: server.port }, health)).rejects.toThrow(/EADDRINUSE/);
    await server.close();
  });
});

import { createServer } from 'node:net';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import { type Host, type Parts, runService, startFault } from './lifecycle.ts';
import { createLogger } from './logger.ts';

function open(start: (parts: Parts, did: string[]) => Promise<void>) {
  const clock = createFakeClock();
  const did: string[] = [];
  const lines: string[] = [];
  const listeners = new Map<string, (cause: unknown) => void>();
  const host: Host = {
    on: (event, listener) => void listeners.set(event, listener),
    exit: (code) => void did.push(`exit ${code}`),
  };
  const logger = createLogger({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } });
  const running = runService({
    name: 'test',
    logger,
    clock,
    host,
    stop_deadline_ms: 1_000,
    start: (parts) => start(parts, did),
  });
  return { clock, did, lines, running, signal: (event: string, cause?: unknown) => listeners.get(event)?.(cause) };
}

const threeParts = async (parts: Parts, did: string[]): Promise<void> => {
  for (const part of ['bus', 'store', 'api']) {
    did.push(`start ${part}`);
    parts.onStop(part, async () => void did.push(`stop ${part}`));
  }
};

describe('runService', () => {
  it.each(['SIGTERM', 'SIGINT'])('starts in order and stops in reverse on %s', async (signal) => {
    const { did, running, signal: send, clock } = open(threeParts);
    await running;
    send(signal);
    await clock.settle();
    expect(did).toEqual(['start bus', 'start store', 'start api', 'stop api', 'stop store', 'stop bus', 'exit 0']);
    expect(clock.pending()).toEqual([]);
  });
  it('stops what was started when a later part cannot start, and says why', async () => {
    const { did, running, lines, clock } = open(async (parts, list) => {
      await threeParts(parts, list);
      throw Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', address: '127.0.0.1', port: 9022 });
    });
    await running;
    await clock.settle();
    expect(did.slice(3)).toEqual(['stop api', 'stop store', 'stop bus', 'exit 1']);
    expect(lines.join()).toContain('127.0.0.1:9022 is in use by another program');
  });
  it('goes on stopping after a part that fails to, and exits with 1', async () => {
    const { did, running, signal, clock } = open(async (parts, list) => {
      parts.onStop('bus', () => void list.push('stop bus'));
      parts.onStop('api', () => Promise.reject(new Error('stuck')));
    });
    await running;
    signal('SIGTERM');
    await clock.settle();
    expect(did).toEqual(['stop bus', 'exit 1']);
  });
  it('gives up at the deadline and names what did not stop', async () => {
    const { did, running, signal, clock, lines } = open(async (parts) => {
      parts.onStop('bus', () => {});
      parts.onStop('api', () => new Promise(() => {}));
    });
    await running;
    signal('SIGTERM');
    clock.advance(999);
    expect(did).toEqual([]);
    clock.advance(1);
    expect(did).toEqual(['exit 1']);
    expect(lines.join()).toContain('"parts_left":["bus","api"]');
  });
  it('ends at once on the second signal', async () => {
    const { did, running, signal } = open(async (parts) => parts.onStop('api', () => new Promise(() => {})));
    await running;
    signal('SIGINT');
    signal('SIGINT');
    expect(did).toEqual(['exit 1']);
  });
  it.each(['uncaughtException', 'unhandledRejection'])('stops with 1 on %s', async (event) => {
    const { did, running, signal, lines, clock } = open(threeParts);
    await running;
    signal(event, new Error('a bug'));
    await clock.settle();
    expect(did.slice(3)).toEqual(['stop api', 'stop store', 'stop bus', 'exit 1']);
    expect(lines.join()).toContain('a bug');
  });
  it('stops with 1 when a part says that it cannot go on', async () => {
    const { did, running, clock } = open(async (parts) => void parts.fail('The disk is gone', new Error('EIO')));
    await running;
    await clock.settle();
    expect(did).toEqual(['exit 1']);
  });
});

describe('startFault', () => {
  it('explains a real port in use', async () => {
    const first = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => first.once('listening', resolve));
    const address = first.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await new Promise((resolve) => createServer().once('error', resolve).listen(port, '127.0.0.1'));
    expect(startFault(error)).toBe(
      `127.0.0.1:${port} is in use by another program: stop that one, or choose another address in the environment`,
    );
    first.close();
  });
  it.each([
    [new Error('plain'), 'plain'],
    ['text', 'text'],
    [undefined, 'undefined'],
  ])('gives the message of %s', (error, text) => {
    expect(startFault(error)).toBe(text);
  });
});

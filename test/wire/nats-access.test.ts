import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NatsUser, natsUsers } from '@trunkline/contracts/nats-access';
import { callsStream } from '@trunkline/contracts/nats-map';
import { originateQueue, originateSubject } from '@trunkline/contracts/originate';
import type { Bus } from '@trunkline/runtime/bus';
import { systemClock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, it } from 'vitest';

const settings = fileURLToPath(new URL('../../infra/nats/nats-server.conf', import.meta.url));
const heard_ms = 20_000;
const answer_ms = 10_000;
const passwordOf = (user: NatsUser): string => `np_${user}_password`;

let directory: string;
let program: Program;
let port: number;
const buses: Bus[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trunkline-nats-access-'));
  port = await freePort();
  program = await startProgram({
    name: 'nats-server',
    command: 'nats-server',
    args: ['-c', settings, '-a', '127.0.0.1', '-p', String(port), '-sd', directory],
    env: Object.fromEntries(
      natsUsers.map((user) => [`TRUNKLINE_NATS_${user.toUpperCase()}_PASSWORD`, passwordOf(user)]),
    ),
  });
  await program.waitForLog(/Server is ready/);
});
afterAll(async () => {
  for (const bus of buses) await bus.close();
  await program.stop();
  await rm(directory, { recursive: true, force: true });
});

async function busOf(user: NatsUser): Promise<Bus> {
  const url = `nats://${user}:${passwordOf(user)}@127.0.0.1:${port}`;
  const bus = await connectBus({ url, name: user, logger: silentLogger, clock: systemClock, wait: false });
  buses.push(bus);
  return bus;
}

/** What the server answers to lines of the NATS protocol, up to the reply to a PING that follows them, or to the end. */
async function said(login: object, ...lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    socket.setTimeout(answer_ms, () => socket.destroy(new Error(`no answer to ${lines.join(' ')}`)));
    socket.on('data', (bytes) => {
      text += bytes.toString('utf8');
      if (/\nPONG\r\n/.test(text)) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text.slice(text.indexOf('\n') + 1)));
    socket.write([`CONNECT ${JSON.stringify({ verbose: false, ...login })}`, ...lines, 'PING', ''].join('\r\n'));
  });
}
const loginOf = (user: NatsUser) => ({ user, pass: passwordOf(user) });

it('lets nobody in without a password, not even to listen', async () => {
  for (const login of [{}, { user: 'edge' }, { user: 'edge', pass: 'wrong' }, { user: 'nobody', pass: 'x' }]) {
    const text = await said(login, 'SUB > 1', 'PUB trunk.x 1', 'x');
    expect(text).toContain('Authorization Violation');
    expect(text).not.toContain('PONG');
  }
  const url = `nats://127.0.0.1:${port}`;
  const options = { name: 'stranger', logger: silentLogger, clock: systemClock, wait: false };
  await expect(connectBus({ url, ...options })).rejects.toThrow('NATS does not answer');
});

it('lets each service do its work', async () => {
  const [config, edge, status] = [await busOf('config'), await busOf('edge'), await busOf('status')];
  const seen: string[] = [];
  await edge.ensureStream(callsStream);
  for (const [name, bus] of [
    ['edge', edge],
    ['status', status],
  ] as const) {
    await (await bus.bucket('trunks')).watch(
      ({ key }) => void seen.push(`${name} ${key}`),
      () => {},
    );
  }
  for (const name of ['trunks', 'agents', 'tokens']) await (await config.bucket(name)).put('a.b', '{}');
  for (const name of ['edges', 'registrations', 'bindings', 'usage']) await (await edge.bucket(name)).put('a', '{}');
  expect((await (await config.bucket('registrations')).get('a'))?.value).toBe('{}');
  expect(await (await status.bucket('tokens')).keys()).toEqual(['a.b']);
  for (const [name, bus] of [
    ['config', config],
    ['status', status],
  ] as const) {
    await bus.consume(callsStream.name, name, async (batch) => {
      for (const { payload } of batch) seen.push(`${name} ${payload}`);
    });
  }
  await edge.publish('call.a.b.c.ended', 'over', 'id-1');
  await edge.respond(originateSubject, originateQueue, async () => 'taken');
  await waitUntil(() => config.request(originateSubject, '{}', answer_ms).catch(() => undefined), {
    what: 'an edge to take a call',
    deadline_ms: heard_ms,
  });
  const all = ['edge a.b', 'status a.b', 'config over', 'status over'];
  await waitUntil(() => all.every((one) => seen.includes(one)), { what: 'everything heard', deadline_ms: heard_ms });
  expect(program.log()).not.toContain('Violation - User "config"');
  await (await config.bucket('trunks')).delete('a.b');
});

it.each<[NatsUser, readonly string[]]>([
  ['edge', ['$KV.tokens.x', '$KV.trunks.a.b', '$KV.agents.a.b', '$KV.positions.CALLS.status', 'edge.originate']],
  ['edge', ['$JS.API.STREAM.DELETE.KV_trunks', '$JS.API.STREAM.PURGE.CALLS', '$JS.API.STREAM.MSG.DELETE.CALLS']],
  ['edge', ['$JS.API.STREAM.MSG.GET.KV_tokens', '$JS.API.DIRECT.GET.KV_tokens.$KV.tokens.x', '$JS.API.STREAM.LIST']],
  ['edge', ['$JS.API.CONSUMER.CREATE.KV_tokens', '$JS.API.CONSUMER.CREATE.CALLS', '$JS.API.STREAM.UPDATE.KV_trunks']],
  [
    'status',
    ['$KV.tokens.x', '$KV.trunks.a.b', '$KV.edges.edge-1', 'trunk.a.b.c.d', 'edge.originate', 'call.x.hangup'],
  ],
  ['config', ['$KV.edges.edge-1', '$KV.bindings.x', 'call.a.b.c.ended', '$JS.API.STREAM.DELETE.KV_trunks', 'anything']],
])('keeps %s from telling what is not its own: %s', async (user, subjects) => {
  for (const subject of subjects) {
    expect(await said(loginOf(user), `PUB ${subject} 2`, '{}')).toContain(
      `Permissions Violation for Publish to "${subject}"`,
    );
  }
});

it.each<[NatsUser, readonly string[]]>([
  ['edge', ['>', '$KV.tokens.>', '$KV.>', '_INBOX.>', '_INBOX.config.>', '_INBOX.status.x', 'call.>', '$JS.>']],
  ['status', ['>', '*', '_INBOX.config.>', '$KV.tokens.>', 'edge.originate', 'call.*.hangup']],
  ['config', ['>', '_INBOX.status.>', 'edge.originate', '$KV.trunks.>']],
])('keeps %s from listening to others: %s', async (user, subjects) => {
  for (const subject of subjects) {
    expect(await said(loginOf(user), `SUB ${subject} 1`)).toContain(
      `Permissions Violation for Subscription to "${subject}"`,
    );
  }
});

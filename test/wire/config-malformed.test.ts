import { malform } from '@trunkline/config/api/malformed/malform';
import { type OpenApi, writingOperations } from '@trunkline/config/api/malformed/operations';
import { makeWorld, samples, type World } from '@trunkline/config/api/malformed/samples';
import type { Bus } from '@trunkline/runtime/bus';
import { systemClock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { type NatsProcess, startNats } from '@trunkline/testkit/nats-process';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootstrapToken, type ConfigProcess, startConfig } from './config-process.ts';

/** Of all malformed bodies that there are, every so many is sent here; all of them are tried against the fakes. */
const every = 5;
const published_ms = 20_000;

let postgres: PrivatePostgres;
let nats: NatsProcess;
let config: ConfigProcess;
let bus: Bus;
let world: World;
beforeAll(async () => {
  postgres = await startPrivatePostgres();
  nats = await startNats();
  config = await startConfig({ database: await postgres.createDatabase('malformed'), nats: nats.url });
  bus = await connectBus({ url: nats.url, name: 'test', logger: silentLogger, clock: systemClock, wait: true });
  world = await makeWorld((method, path, body) => config.call(method, path, body), systemClock.now());
});
afterAll(async () => {
  await bus.close();
  await config.stop();
  await nats.close();
  await postgres.close();
});

/** Every row of the database, without what PostgreSQL's newer dumps draw by lot. */
async function rows(): Promise<string> {
  const lines = (await postgres.dump(config.database)).split('\n');
  return lines.filter((line) => !/^\\(un)?restrict /.test(line)).join('\n');
}

/** Every document on NATS with its revision. */
async function published(): Promise<string> {
  const all = [];
  for (const name of ['trunks', 'agents', 'tokens'] as const) {
    const bucket = await bus.bucket(name);
    for (const key of (await bucket.keys()).sort()) all.push([name, key, await bucket.get(key)]);
  }
  return JSON.stringify(all);
}

async function send(method: string, path: string, body: string): Promise<number> {
  const headers = { authorization: `Bearer ${bootstrapToken}`, 'content-type': 'application/json' };
  const answer = await fetch(`${config.url}${path}`, { method, headers, body });
  await answer.text();
  return answer.status;
}

it('refuses hundreds of malformed bodies, and none of them reaches PostgreSQL, NATS or the log', async () => {
  await waitUntil(async () => (await published()).includes(world.trunk) && (await published()).includes(world.agent), {
    what: 'the world on NATS',
    deadline_ms: published_ms,
  });
  const before = { rows: await rows(), published: await published() };
  const { body } = await config.call('GET', '/openapi.json');
  let sent = 0;
  let made = 0;
  for (const { name, method } of writingOperations(body as unknown as OpenApi)) {
    const { path, bodies, prose = [] } = samples[name]?.(world) ?? { path: '', bodies: [] };
    expect([name, path]).not.toEqual([name, '']);
    for (const { what, path: field, text, value } of bodies.flatMap((right) =>
      malform(right, (at) => prose.includes(at)),
    )) {
      // Those that only a schema can tell from right ones are left to the tests against the fakes.
      if (value !== undefined) continue;
      made += 1;
      if (made % every !== 0) continue;
      sent += 1;
      const status = await send(method, path, text);
      expect([name, what, field, status, status >= 400 && status < 500]).toEqual([name, what, field, status, true]);
    }
  }
  expect(sent).toBeGreaterThan(300);
  expect({ rows: await rows(), published: await published() }).toEqual(before);
  expect(config.log()).not.toMatch(/evil|A request met a fault/);
});

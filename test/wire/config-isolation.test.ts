import type { OpenApi } from '@trunkline/config/api/malformed/operations';
import { requestsOf } from '@trunkline/config/api/malformed/requests';
import { makeWorld, nobodysWorld } from '@trunkline/config/api/malformed/samples';
import { type Config, createConfig } from '@trunkline/config/config';
import { createPgStore } from '@trunkline/config/store/postgres/pg-store';
import type { Store } from '@trunkline/config/store/store';
import { randomIds } from '@trunkline/runtime/ids';
import { silentLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { createSealer } from '@trunkline/runtime/seal';
import { createFakeClock, type FakeClock } from '@trunkline/testkit/fake-clock';
import { createMemoryBus } from '@trunkline/testkit/memory-bus';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

/**
 * How long an answer takes tells what the database was asked. So it is asked the very same, whether a thing is somebody else's or
 * nobody's, or whether a number is taken by somebody else or by oneself.
 */
const ownerToken = 'tl_owner_of_default_0123456789';
const ready_ms = 30_000;

let postgres: PrivatePostgres;
let store: Store;
let clock: FakeClock;
let config: Config;
let thief: string;
let statements: string[] = [];
beforeAll(async () => {
  postgres = await startPrivatePostgres();
  const url = await postgres.createDatabase('isolation');
  store = createPgStore({ url, onIdleError: () => {}, onStatement: (sql) => void statements.push(sql) });
  clock = createFakeClock();
  config = createConfig({
    ...{ store, clock, ids: randomIds, bus: createMemoryBus(), sealer: createSealer([new Uint8Array(32).fill(7)]) },
    ...{ logger: silentLogger, metrics: createMetrics({ service: 'config', process: false }), rate_per_s: 100_000 },
    ...{ bootstrap_token: ownerToken, reconcile_interval_ms: 3_600_000 },
    failed: (error) => {
      throw error;
    },
  });
  await waitUntil(async () => (await call('GET', '/ready')).status === 200, {
    what: 'config to be ready',
    deadline_ms: ready_ms,
  });
  const { token } = JSON.parse((await call('POST', '/accounts', { name: 'thief' })).text) as { token: string };
  thief = token;
});
afterAll(async () => {
  await config.stop();
  await store.close();
  await postgres.close();
});
beforeEach(() => quiet());

/** What the database is asked for one request and nothing else. */
async function call(method: string, url: string, body?: unknown, token = ownerToken) {
  statements = [];
  const answer = await config.server.inject({
    method: method as 'GET',
    url,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, text: answer.body, statements: [...statements] };
}

/** Waits until nobody asks the database anything, as after every change that is published. */
async function quiet(): Promise<void> {
  let before = -1;
  await waitUntil(
    async () => {
      await clock.settle();
      await store.check();
      const isQuiet = statements.length === before + 1;
      before = statements.length;
      return isQuiet;
    },
    { what: 'the database to be left alone', deadline_ms: ready_ms },
  );
}

it('asks the database the same for what is of another account as for what is of nobody', async () => {
  const victim = await makeWorld(async (method, path, body) => {
    const { status, text } = await call(method, path, body);
    expect(status).toBeLessThan(300);
    return { body: JSON.parse(text) as unknown };
  }, clock.now());
  await quiet();
  const document = JSON.parse((await call('GET', '/openapi.json')).text) as OpenApi;
  const [real, made] = [requestsOf(document, victim), requestsOf(document, nobodysWorld(victim))];
  // The token is remembered from here on.
  await call('GET', '/agents', undefined, thief);
  let asked = 0;
  for (const [index, { name, method, path, body }] of real.entries()) {
    const other = made[index];
    if (other === undefined || JSON.stringify(other) === JSON.stringify(real[index])) continue;
    asked += 1;
    const told = await call(method, path, body, thief);
    const missing = await call(method, other.path, other.body, thief);
    expect([name, told]).toEqual([name, missing]);
    expect(told.status).toBe(404);
    expect(told.statements.length).toBeGreaterThan(0);
  }
  expect(asked).toBeGreaterThan(24);
});

it.each([
  [
    'a number',
    { phone_numbers: [{ phone_number: '4930111222' }] },
    { phone_numbers: [{ phone_number: '4930333444' }] },
  ],
  [
    'a registration',
    {
      auth_type: 'userpass',
      auth_username: 'victim',
      auth_password: 'secret',
      gateways: [{ gateway_address: 'v.example.com' }],
    },
    {
      auth_type: 'userpass',
      auth_username: 'own',
      auth_password: 'secret',
      gateways: [{ gateway_address: 'o.example.com' }],
    },
  ],
])(
  'asks the database the same for %s that is taken by another account as for one taken by oneself',
  async (_what, theirs, own) => {
    const blank = { provider: 'custom', auth_type: 'ip-based', gateways: [{ gateway_address: '192.0.2.1' }] };
    const body = (name: string, more: object) => ({
      ...blank,
      ip_identifiers: [{ ip_address: '192.0.2.1' }],
      name,
      ...more,
    });
    const name = JSON.stringify(theirs).length;
    expect((await call('POST', '/sip-trunks/trunks', body(`hidden ${name}`, theirs))).status).toBe(201);
    expect((await call('POST', '/sip-trunks/trunks', body(`own ${name}`, own), thief)).status).toBe(201);
    await quiet();
    const other = await call('POST', '/sip-trunks/trunks', body(`try ${name}`, theirs), thief);
    const mine = await call('POST', '/sip-trunks/trunks', body(`try ${name}`, own), thief);
    expect([other.status, mine.status]).toEqual([409, 409]);
    expect(other.statements).toEqual(mine.statements);
    expect(other.text).not.toContain('hidden');
    expect(mine.text).toContain(`own ${name}`);
  },
);

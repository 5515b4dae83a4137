import { type Trunk, trunkSchema } from '@trunkline/contracts/trunk';
import type { Bus } from '@trunkline/runtime/bus';
import { systemClock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { createSealer, sealContext } from '@trunkline/runtime/seal';
import { secretHash } from '@trunkline/runtime/secret-hash';
import { type NatsProcess, startNats } from '@trunkline/testkit/nats-process';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bootstrapToken, type ConfigProcess, masterKey, startConfig } from './config-process.ts';

/** From the answer of the API to the document on NATS, on a machine that runs other tests too. */
const published_ms = 20_000;
/** The same where config has to notice first that something is back. */
const healed_ms = 20_000;

const body = (name: string, more: object = {}) => ({
  name,
  provider: 'custom',
  auth_type: 'userpass',
  auth_username: 'alice',
  auth_password: 'tell-nobody',
  gateways: [{ gateway_address: `${name}.example.com` }],
  ...more,
});

describe('the config service on real PostgreSQL and NATS', () => {
  let postgres: PrivatePostgres;
  let nats: NatsProcess;
  let bus: Bus;
  let config: ConfigProcess;
  let databases = 0;

  beforeAll(async () => {
    postgres = await startPrivatePostgres();
  });
  afterAll(() => postgres.close());
  beforeEach(async () => {
    databases += 1;
    nats = await startNats();
    bus = await connectBus({ url: nats.url, name: 'test', logger: silentLogger, clock: systemClock, wait: true });
    const database = await postgres.createDatabase(`config_${databases}`);
    config = await startConfig({ database, nats: nats.url });
  });
  afterEach(async () => {
    await config.stop();
    await bus.close();
    await nats.close();
  });

  const onNats = async (name: 'trunks' | 'agents' | 'tokens'): Promise<string[]> => {
    const bucket = await bus.bucket(name);
    const entries = await Promise.all((await bucket.keys()).map((key) => bucket.get(key)));
    return entries.flatMap((entry) => (entry === undefined ? [] : [entry.value]));
  };
  const trunksOnNats = async (): Promise<Trunk[]> =>
    (await onNats('trunks')).map((value) => trunkSchema.parse(JSON.parse(value)));
  const namesBecome = (names: string[], deadline_ms: number) =>
    waitUntil(
      async () => {
        const found = (await trunksOnNats()).map(({ name }) => name).sort();
        return JSON.stringify(found) === JSON.stringify([...names].sort());
      },
      { what: `trunks ${names.join(', ')} on NATS`, deadline_ms },
    );

  it('publishes what the API answers, whole and sealed, and the token', async () => {
    const created = await config.call('POST', '/sip-trunks/trunks', body('one'));
    expect(created.status).toBe(201);
    await namesBecome(['one'], published_ms);
    const at = `/sip-trunks/trunks/${created.body.id}`;
    const number = await config.call('POST', `${at}/numbers`, { phone_number: '4930123' });
    const agent = await config.call('POST', '/agents', { name: 'runtime', uri: 'sip:runtime@127.0.0.1' });
    const ids = { agent_id: agent.body.id, phone_number_id: number.body.id };
    expect((await config.call('POST', '/inbound/setup', ids)).status).toBe(200);
    const trunk = await waitUntil(
      async () => (await trunksOnNats()).find(({ numbers }) => numbers[0]?.agent === agent.body.id),
      { what: 'the mapped number on NATS', deadline_ms: published_ms },
    );
    const sealer = createSealer([new Uint8Array(Buffer.from(masterKey, 'hex'))]);
    const password = trunk.auth.kind === 'userpass' ? trunk.auth.password : undefined;
    expect(password && sealer.open(password, sealContext(trunk.account, trunk.id))).toBe('tell-nobody');
    expect(await (await bus.bucket('tokens')).keys()).toEqual([secretHash(bootstrapToken)]);
    expect(await onNats('agents')).toHaveLength(1);
    await config.call('DELETE', at);
    await namesBecome([], published_ms);
    expect(config.log()).not.toContain('tell-nobody');
  });

  it('publishes after kill -9 what was committed while NATS was away', async () => {
    await config.call('POST', '/sip-trunks/trunks', body('before'));
    await namesBecome(['before'], published_ms);
    await nats.kill();
    const { status } = await config.call('POST', '/sip-trunks/trunks', body('committed'));
    expect(status).toBe(201);
    await config.kill();
    await nats.restart();
    await namesBecome(['before'], healed_ms);
    await config.restart();
    await namesBecome(['before', 'committed'], healed_ms);
  });

  it('serves while NATS is away, and fills a NATS that lost its data', async () => {
    await config.call('POST', '/sip-trunks/trunks', body('one'));
    await namesBecome(['one'], published_ms);
    await nats.kill();
    expect((await config.call('POST', '/sip-trunks/trunks', body('two'))).status).toBe(201);
    expect((await config.call('GET', '/sip-trunks/trunks')).list).toHaveLength(2);
    await nats.loseData();
    await nats.restart();
    await namesBecome(['one', 'two'], healed_ms);
    expect(await (await bus.bucket('tokens')).keys()).toEqual([secretHash(bootstrapToken)]);
  });

  it('puts right what somebody else wrote to NATS', async () => {
    const { body: trunk } = await config.call('POST', '/sip-trunks/trunks', body('one'));
    await namesBecome(['one'], published_ms);
    const bucket = await bus.bucket('trunks');
    const [key = ''] = await bucket.keys();
    expect(key.endsWith(trunk.id)).toBe(true);
    const right = await bucket.get(key);
    await bucket.put('orphan.trunk', '{}');
    await bucket.put(key, '{}');
    await waitUntil(async () => (await bucket.get(key))?.value === right?.value, {
      what: 'the trunk to be right again',
      deadline_ms: healed_ms,
    });
    await waitUntil(async () => (await bucket.get('orphan.trunk')) === undefined, {
      what: 'the orphan to go',
      deadline_ms: healed_ms,
    });
  });

  it('answers 503 while PostgreSQL is away, loses nothing acknowledged, and recovers by itself', async () => {
    await config.call('POST', '/sip-trunks/trunks', body('one'));
    await postgres.kill();
    expect(await config.call('POST', '/sip-trunks/trunks', body('two'))).toMatchObject({
      status: 503,
      body: { error: 503 },
    });
    expect((await config.call('GET', '/ready')).status).toBe(503);
    await postgres.restart();
    await waitUntil(async () => (await config.call('GET', '/ready')).status === 200, {
      what: 'config to be ready again',
      deadline_ms: healed_ms,
    });
    const names = (await config.call('GET', '/sip-trunks/trunks')).list.map(({ name }) => name);
    expect(names).toContain('one');
    expect((await config.call('POST', '/sip-trunks/trunks', body('three'))).status).toBe(201);
    await namesBecome([...names, 'three'], healed_ms);
  });

  it('lets two processes share one database without a change lost or overwritten by an older one', async () => {
    const second = await startConfig({ database: config.database, nats: nats.url });
    const created = await config.call('POST', '/sip-trunks/trunks', body('shared'));
    const at = `/sip-trunks/trunks/${created.body.id}/numbers`;
    const numbers = Array.from({ length: 20 }, (_, index) => String(4_930_100 + index));
    const answers = await Promise.all(
      numbers.map((phone_number, index) => (index % 2 === 0 ? config : second).call('POST', at, { phone_number })),
    );
    expect(answers.map(({ status }) => status)).toEqual(numbers.map(() => 201));
    await waitUntil(async () => (await trunksOnNats())[0]?.numbers.length === numbers.length, {
      what: 'all numbers on NATS',
      deadline_ms: healed_ms,
    });
    await second.stop();
  });
});

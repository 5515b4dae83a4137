import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type NatsProcess, startNats } from '@trunkline/testkit/nats-process';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootstrapToken, type ConfigProcess, startConfig } from './config-process.ts';

const main = fileURLToPath(new URL('../../packages/launcher/dist/main.js', import.meta.url));
const commandDeadline_ms = 20_000;

let postgres: PrivatePostgres;
let nats: NatsProcess;
let config: ConfigProcess;
beforeAll(async () => {
  postgres = await startPrivatePostgres();
  nats = await startNats();
  config = await startConfig({ database: await postgres.createDatabase('cli'), nats: nats.url });
});
afterAll(async () => {
  await config.stop();
  await nats.close();
  await postgres.close();
});

/** What `./trunkline` writes, and how it ends. */
async function trunkline(...words: string[]): Promise<{ code: number; text: string }> {
  const env = { ...process.env, TRUNKLINE_API: config.url, TRUNKLINE_TOKEN: bootstrapToken, NO_COLOR: '1' };
  const running = promisify(execFile)(process.execPath, [main, ...words], { env, timeout: commandDeadline_ms });
  return running.then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, text: error.stdout }),
  );
}
const json = async (...words: string[]) => JSON.parse((await trunkline(...words, '--json')).text) as { id: string };

it('creates, lists, shows and deletes trunks, numbers, agents and tokens', async () => {
  const trunk = await json(
    'trunks',
    'create',
    'name=My carrier',
    'provider=custom',
    'auth_type=ip-based',
    'gateways.0.gateway_address=127.0.0.11',
    'ip_identifiers.0.ip_address=127.0.0.11',
    'inbound_enabled=true',
  );
  const number = await json('numbers', 'create', `trunk=${trunk.id}`, 'phone_number="4930123456"');
  const agent = await json('agents', 'create', 'name=bot', 'uri=sip:bot@127.0.0.1');
  const token = await json('tokens', 'create', 'name=ci', 'role=member');
  for (const [kind, { id }, word] of [
    ['trunks', trunk, 'My carrier'],
    ['numbers', number, '4930123456'],
    ['agents', agent, 'sip:bot@127.0.0.1'],
    ['tokens', token, 'member'],
  ] as const) {
    const list = await trunkline(kind);
    expect(list.text.split('\n')[0]).toMatch(/^ID {2,}/);
    expect(list.text.split('\n').find((line) => line.startsWith(id))).toContain(word);
    expect((await trunkline(kind, 'show', id)).text).toContain(word);
    expect(await json(kind, 'show', id)).toMatchObject({ id });
  }
  for (const [kind, { id }] of [
    ['numbers', number],
    ['trunks', trunk],
    ['agents', agent],
    ['tokens', token],
  ] as const) {
    expect((await trunkline(kind, 'delete', id)).code).toBe(0);
    expect(await trunkline(kind, 'show', id)).toMatchObject({ code: 1 });
  }
});

it('calls, shows and stops calls', async () => {
  const agent = await json('agents', 'create', 'name=caller', 'uri=sip:caller@127.0.0.1');
  const trunk = await json(
    ...['trunks', 'create', 'name=Outward', 'provider=custom', 'auth_type=ip-based'],
    ...['gateways.0.gateway_address=127.0.0.12', 'ip_identifiers.0.ip_address=127.0.0.12'],
  );
  await json('numbers', 'create', `trunk=${trunk.id}`, 'phone_number="4930123457"');
  const said = await trunkline(
    ...['calls', 'create', `agent_id=${agent.id}`, 'recipient_phone_number=+4940123456', '--json'],
    ...['from_phone_number="4930123457"', 'scheduled_at=2027-05-09T10:00:00Z', 'user_data.name=Asha'],
  );
  const { execution_id } = JSON.parse(said.text) as { execution_id: string };
  const line = async () => (await trunkline('calls')).text.split('\n').find((one) => one.startsWith(execution_id));
  expect(await line()).toMatch(/scheduled +\+4940123456 +-/);
  expect((await trunkline('calls', 'show', execution_id)).text).toContain('{"name":"Asha"}');
  expect((await trunkline('calls', 'stop', execution_id)).code).toBe(0);
  expect(await line()).toMatch(/stopped +\+4940123456 +Call canceled by originator/);
  expect(await trunkline('calls', 'stop', execution_id)).toMatchObject({ code: 1 });
  expect(await trunkline('calls', 'delete', execution_id)).toMatchObject({ code: 1 });
});

it('says what is wrong, where, and ends with 1', async () => {
  const { code, text } = await trunkline('trunks', 'create', 'name=x', 'provider=custom', 'auth_type=ip-based');
  expect(code).toBe(1);
  expect(text).toContain('At least one gateway is required (400)');
  expect(text).toContain('gateways: At least one gateway is required');
  expect((await trunkline('agents', 'dance')).code).toBe(1);
});

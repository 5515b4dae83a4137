import { type NatsProcess, startNats } from '@trunkline/testkit/nats-process';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootstrapToken, type ConfigProcess, startConfig } from './config-process.ts';
import { EdgeOfTest, storedIn } from './edge-of-test.ts';

const settled_ms = 60_000;
const requestDeadline_ms = 30_000;
const writers = 4;
const kills = 3;
/** Changes that are acknowledged between two kills. */
const between = 12;

let postgres: PrivatePostgres;
let nats: NatsProcess;
let config: ConfigProcess;
let edge: EdgeOfTest;
beforeAll(async () => {
  postgres = await startPrivatePostgres();
  nats = await startNats();
  config = await startConfig({ database: await postgres.createDatabase('killed'), nats: nats.url });
  edge = new EdgeOfTest(nats.url);
  await edge.start();
});
afterAll(async () => {
  await edge.stop();
  await config.stop();
  await nats.close();
  await postgres.close();
});

const trunk = (name: string, index: number) => ({
  ...{ name, provider: 'custom', auth_type: 'ip-based', ip_identifiers: [{ ip_address: '10.0.0.1' }] },
  gateways: [{ gateway_address: '10.0.0.1' }, { gateway_address: '10.0.0.2' }],
  phone_numbers: [{ phone_number: `+49301${index}00000` }, { phone_number: `+49302${index}00000` }],
});

async function post(body: object, key: string): Promise<Response> {
  return fetch(`${config.url}/sip-trunks/trunks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bootstrapToken}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(requestDeadline_ms),
  });
}

it('kill -9 of PostgreSQL while changes are written loses none that was acknowledged, and repeats none', async () => {
  const acknowledged: string[] = [];
  const refused: (readonly [number, string | null])[] = [];
  let ends = false;
  let made = 0;
  /** One change after the other, each asked for under its key until it is acknowledged. */
  const write = async (): Promise<void> => {
    while (!ends) {
      made += 1;
      const name = `trunk ${made}`;
      const body = trunk(name, 1_000 + made);
      const isMade = async (): Promise<boolean> => {
        const answer = await post(body, `key-${name.replace(' ', '-')}`);
        await answer.text();
        if (answer.status !== 201) refused.push([answer.status, answer.headers.get('retry-after')]);
        return answer.status === 201;
      };
      await waitUntil(isMade, { what: `${name} to be made`, deadline_ms: settled_ms });
      acknowledged.push(name);
    }
  };
  const writing = Array.from({ length: writers }, write);
  for (let kill = 0; kill < kills; kill += 1) {
    const wanted = acknowledged.length + between;
    await waitUntil(() => acknowledged.length >= wanted, { what: 'changes to be made', deadline_ms: settled_ms });
    await postgres.kill();
    await postgres.restart();
  }
  ends = true;
  await Promise.all(writing);

  expect(refused.filter(([status, retry]) => status !== 503 || retry === null)).toEqual([]);
  expect(refused.length).toBeGreaterThan(0);
  const { list } = await config.call('GET', '/sip-trunks/trunks');
  expect(list.map(({ name }) => name).sort()).toEqual(acknowledged.sort());
  const halves = list.filter(({ phone_numbers, gateways }) => phone_numbers.length !== 2 || gateways.length !== 2);
  expect(halves).toEqual([]);
  await waitUntil(async () => (await storedIn(config)) === (await edge.published()), {
    what: 'KV and store to be the same',
    deadline_ms: settled_ms,
  });
});

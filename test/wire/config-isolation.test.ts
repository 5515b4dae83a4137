import { type NatsProcess, startNats } from '@trunkline/testkit/nats-process';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootstrapToken, type ConfigProcess, startConfig } from './config-process.ts';

let postgres: PrivatePostgres;
let nats: NatsProcess;
let config: ConfigProcess;
beforeAll(async () => {
  postgres = await startPrivatePostgres();
  nats = await startNats();
  config = await startConfig({ database: await postgres.createDatabase('isolation'), nats: nats.url });
});
afterAll(async () => {
  await config.stop();
  await nats.close();
  await postgres.close();
});

const samples = 120;

function trunk(name: string, number: string): object {
  const gateways = [{ gateway_address: `${name}.example.com` }];
  const ip_identifiers = [{ ip_address: '192.0.2.1' }];
  const phone_numbers = [{ phone_number: number }];
  return { name, provider: 'custom', auth_type: 'ip-based', gateways, ip_identifiers, phone_numbers };
}

async function create(token: string, body: object): Promise<{ status: number; took_ms: number; text: string }> {
  const began = performance.mark('began').startTime;
  const answer = await fetch(`${config.url}/sip-trunks/trunks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  const took_ms = performance.measure('took', { start: began }).duration;
  return { status: answer.status, took_ms, text };
}

const median = (values: number[]): number => values.sort((left, right) => left - right)[values.length >> 1] ?? 0;

it('takes as long to refuse the number of another account as one of the same, and says no name', async () => {
  const { body } = await config.call('POST', '/accounts', { name: 'thief' });
  expect((await create(bootstrapToken, trunk('victim', '+4930111222'))).status).toBe(201);
  expect((await create(body.token, trunk('own', '+4930333444'))).status).toBe(201);
  const taken = { own: [] as number[], other: [] as number[] };
  for (let index = 0; index < samples; index += 1) {
    // One after the other, so that whatever else the machine does meets both.
    const own = await create(body.token, trunk(`try-${index}`, '4930333444'));
    const other = await create(body.token, trunk(`try-${index}`, '4930111222'));
    expect([own.status, other.status]).toEqual([409, 409]);
    expect(other.text).not.toContain('victim');
    taken.own.push(own.took_ms);
    taken.other.push(other.took_ms);
  }
  const [own, other] = [median(taken.own), median(taken.other)];
  expect(Math.abs(own - other)).toBeLessThan(Math.max(1.5, 0.35 * Math.min(own, other)));
});

import { openEdge } from '@trunkline/config/api/calls/edge-under-test';
import type { ExecutionAnswer } from '@trunkline/config/api/calls/execution-answer';
import type { CallId } from '@trunkline/contracts/ids';
import { callsStream } from '@trunkline/contracts/nats-map';
import type { Bus } from '@trunkline/runtime/bus';
import { systemClock as clock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { type NatsProcess, startNats } from '@trunkline/testkit/nats-process';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConfigProcess, startConfig } from './config-process.ts';

const deadline_ms = 60_000;
let postgres: PrivatePostgres;
let nats: NatsProcess;
let bus: Bus;
let config: ConfigProcess;
let agent_id = '';
beforeAll(async () => {
  postgres = await startPrivatePostgres();
  nats = await startNats();
  bus = await connectBus({ url: nats.url, name: 'edge', logger: silentLogger, clock, wait: true });
  await bus.ensureStream(callsStream);
  config = await startConfig({ database: await postgres.createDatabase('calls'), nats: nats.url });
  agent_id = (await config.call('POST', '/agents', { name: 'bot', uri: 'sip:bot@127.0.0.1' })).body.id;
  const trunk = await config.call('POST', '/sip-trunks/trunks', {
    ...{ name: 'one', provider: 'custom', auth_type: 'ip-based', ip_identifiers: [{ ip_address: '203.0.113.7' }] },
    ...{ gateways: [{ gateway_address: '203.0.113.7' }], phone_numbers: [{ phone_number: '+919000000001' }] },
  });
  const phone_number_id = trunk.body.phone_numbers[0]?.id;
  await config.call('POST', '/inbound/setup', { agent_id, phone_number_id });
});
afterAll(async () => {
  await config?.stop();
  await bus?.close();
  await nats?.close();
  await postgres?.close();
});

const call = async (more: object = {}): Promise<CallId> => {
  const { status, body } = await config.call('POST', '/call', {
    agent_id,
    recipient_phone_number: '+4940123',
    ...more,
  });
  expect(status).toBe(200);
  return (body as unknown as { execution_id: CallId }).execution_id;
};
const show = async (id: string) => (await config.call('GET', `/executions/${id}`)).body as unknown as ExecutionAnswer;
const becomes = (id: string, status: string) =>
  waitUntil(async () => (await show(id)).status === status, { what: `execution ${id} to be ${status}`, deadline_ms });

test('a scheduled call is made once, whoever was killed before', async () => {
  const edge = await openEdge({ bus, clock });
  const id = await call({ scheduled_at: new Date(clock.now() + 4_000).toISOString() });
  await config.kill();
  await config.restart();
  await becomes(id, 'initiated');
  expect(edge.requests.map((request) => request.call)).toEqual([id]);
  await edge.ends(id, 'callee-busy', 'busy');
  await becomes(id, 'busy');
  expect(edge.requests).toHaveLength(1);
  await edge.stop();
});

test('config that dies while it asks an edge makes no second call, and hears how the first one went', async () => {
  const edge = await openEdge({ bus, clock });
  edge.answers('never');
  const id = await call();
  await waitUntil(() => edge.requests.length === 1, { what: 'the request at the edge', deadline_ms });
  await config.kill();
  await edge.tells(id, 'call.attempted');
  await edge.tells(id, 'call.ringing');
  await config.restart();
  await becomes(id, 'ringing');
  const stopped = await config.call('POST', `/call/${id}/stop`);
  expect(stopped.status).toBe(200);
  await waitUntil(() => edge.hungUp.includes(id), { what: 'the order to hang up', deadline_ms });
  await config.kill();
  await edge.ends(id, 'hung-up-by-operator', 'cancelled');
  await config.restart();
  await waitUntil(async () => (await show(id)).telephony_data.hangup_reason !== null, {
    what: 'the end of the stopped call',
    deadline_ms,
  });
  expect([(await show(id)).status, edge.requests.length]).toEqual(['stopped', 1]);
  await edge.stop();
});

test('a call that was asked for while no edge was there is made when one comes', async () => {
  const id = await call();
  await waitUntil(() => config.log().includes(`"execution":"${id}"`), { what: 'that no edge was found', deadline_ms });
  await config.kill();
  await config.restart();
  const edge = await openEdge({ bus, clock });
  await becomes(id, 'initiated');
  expect(edge.requests.map((request) => request.call)).toEqual([id]);
  await edge.stop();
});

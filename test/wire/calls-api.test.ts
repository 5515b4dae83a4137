import type { ExecutionAnswer } from '@trunkline/config/api/calls/execution-answer';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { createSipPeer, type SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSippCarrier } from './calls-api/start-sipp-carrier.ts';
import { type Tenant, tenantOf } from './world/tenant.ts';

const carrierAddress = '127.0.0.51';
const agentAddress = '127.0.0.52';
const ours = '+4930555101';
const deadline_ms = 60_000;
const sdp = [
  ...['v=0', `o=- 1 1 IN IP4 ${agentAddress}`, 's=-', `c=IN IP4 ${agentAddress}`, 't=0 0'],
  ...['m=audio 40002 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000', ''],
].join('\r\n');

let stack: Stack;
let tenant: Tenant;
let agent: SipPeer;
let agent_id = '';
let trunk = '';

beforeAll(async () => {
  stack = await startTemporaryStack();
  tenant = tenantOf(stack);
  agent = await createSipPeer({ clock: systemClock, ids: randomIds, name: 'agent', address: agentAddress });
  agent_id = await tenant.agent({ name: 'Bot', uri: agent.uri('bot') });
  trunk = await tenant.trunk({
    name: 'Carrier',
    gateways: [{ gateway_address: carrierAddress }],
    ip_identifiers: [{ ip_address: carrierAddress }],
  });
  await tenant.map(agent_id, await tenant.number(trunk, ours));
  await tenant.applied(trunk, [ours]);
});
afterAll(async () => {
  await agent?.close();
  await stack?.stop();
});

const execution = async (id: string) =>
  (await tenant.api.get(`${stack.urls.config}/executions/${id}`)) as ExecutionAnswer;
const becomes = (id: string, status: string) =>
  waitUntil(
    async () => {
      const found = await execution(id);
      return found.status === status && found;
    },
    { what: `execution ${id} to be ${status}`, deadline_ms },
  );
/** The call asks for the gateway's new port, so the edge has to have it. */
async function throughCarrier(port: number): Promise<void> {
  const gateways = [{ gateway_address: carrierAddress, port }];
  const { api } = tenant;
  await api.patch(`${stack.urls.config}/sip-trunks/trunks/${trunk}?wait=applied`, { gateways });
  await waitUntil(
    async () => {
      const state = (await api.get(`${stack.urls.status}/trunks/${trunk}`)) as {
        gateways: { port: number }[];
        applied: { edges_live: number; on: string[] };
      };
      return state.gateways[0]?.port === port && state.applied.on.length === state.applied.edges_live;
    },
    { what: 'the gateway on the edge', deadline_ms },
  );
}
async function call(to: string, more: object = {}): Promise<string> {
  const answer = await tenant.api.post(`${stack.urls.config}/call`, { agent_id, recipient_phone_number: to, ...more });
  expect(answer).toMatchObject({ message: 'done', status: 'queued' });
  return (answer as { execution_id: string }).execution_id;
}

test('POST /call rings a carrier, connects who answers with the agent, and ends completed', async () => {
  const carrier = await startSippCarrier(carrierAddress, 'answers');
  await throughCarrier(carrier.port);
  const arriving = agent.nextCall();
  const id = await call('+4940123401', { user_data: { customer_name: 'Äsha', line: 7 } });
  const arrived = await arriving;
  const { headers } = arrived.request;
  const names = ['X-customer-name', 'X-line', 'X-Trunkline-Call-ID', 'X-Trunkline-Called-Number'];
  expect(names.map((name) => headers.get(name))).toEqual(['%C3%84sha', '7', id, '+4940123401']);
  const connected = await arrived.answer(sdp);
  await becomes(id, 'in-progress');
  expect(await connected?.hangUp()).toBe(200);
  const done = await becomes(id, 'completed');
  expect(done.telephony_data).toMatchObject({
    ...{ hangup_reason: 'Call ended normally', hangup_by: 'Caller', from_number: ours, provider_call_id: id },
  });
  expect(done.status_history.map(({ status }) => status).slice(-3)).toEqual([
    ...['in-progress', 'call-disconnected', 'completed'],
  ]);
  const record = await waitUntil(
    async () => ((await tenant.api.get(`${stack.urls.status}/calls/${id}`)) as { record: unknown }).record,
    { what: 'the record under the id of the execution', deadline_ms },
  );
  expect(record).toMatchObject({ id, outcome: 'completed', direction: 'outbound', to: '+4940123401' });
  await carrier.done();
  await carrier.stop();
});

test('a call that rings is stopped: the carrier gets CANCEL, the agent nothing', async () => {
  const carrier = await startSippCarrier(carrierAddress, 'rings until it is cancelled');
  await throughCarrier(carrier.port);
  const id = await call('+4940123402');
  await becomes(id, 'ringing');
  const stopped = await tenant.api.post(`${stack.urls.config}/call/${id}/stop`, {});
  expect(stopped).toEqual({ message: 'done', status: 'stopped', execution_id: id });
  await carrier.done();
  const ended = await waitUntil(
    async () => {
      const found = await execution(id);
      return found.telephony_data.hangup_reason !== null && found;
    },
    { what: 'the end of the stopped call', deadline_ms },
  );
  expect(ended).toMatchObject({ status: 'stopped', telephony_data: { hangup_reason: 'Call canceled by originator' } });
  await carrier.stop();
});

test('a busy callee is told as busy, and tried again later where that is asked for', async () => {
  const carrier = await startSippCarrier(carrierAddress, 'is busy');
  await throughCarrier(carrier.port);
  const id = await call('+4940123403', { retry_config: { enabled: true, retry_intervals_minutes: [30] } });
  expect(await becomes(id, 'rescheduled')).toMatchObject({
    retry_history: [{ attempt: 1, status: 'busy', hangup_reason: 'Call recipient was busy' }],
  });
  await carrier.done();
  await carrier.stop();
});

test('and nothing is left behind', async () => {
  await waitUntil(async () => (await stack.rtpengineSessions()) === 0, { what: 'rtpengine to be empty', deadline_ms });
});

import { createSocket, type Socket } from 'node:dgram';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { freePort } from '@trunkline/testkit/free-port';
import type { IncomingCall } from '@trunkline/testkit/sip-peer/incoming-call';
import { createRegistrarPeer, type RegistrarPeer } from '@trunkline/testkit/sip-peer/registrar-peer';
import { createSipPeer, type SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { sampleSdp } from '../scenarios/language/sample-sdp.ts';
import { startDnsmasq } from './failover/start-dnsmasq.ts';
import { startDyingGateway } from './failover/start-dying-gateway.ts';
import { type Tenant, tenantOf } from './world/tenant.ts';

const [first, second, dead, silent, registrars] = [
  '127.0.0.31',
  '127.0.0.32',
  '127.0.0.33',
  '127.0.0.34',
  '127.0.0.35',
] as const;
const credentials = { username: 'failover-agent', password: 'correct horse' };
const sdp = sampleSdp('127.0.0.30');

let stack: Stack;
let tenant: Tenant;
let agent: SipPeer;
/** Does as `script` says; the numbers that it was called for. */
let gateway: SipPeer;
/** Answers every call. */
let other: SipPeer;
let otherRegistrar: RegistrarPeer;
let silence: Socket;
let dns: Awaited<ReturnType<typeof startDnsmasq>>;
let deadPort: number;
/** A trunk whose first registrar is dead: it takes its time, while other tests run. */
let patient: string;
const script = new Map<string, (call: IncomingCall) => void>();
const heard: { readonly gateway: string[]; readonly other: string[] } = { gateway: [], other: [] };

const dialled = ({ request }: IncomingCall): string => /^sip:([^@]*)@/.exec(request.uri)?.[1] ?? '';

// A fifth of the usual T1, so that waiting for nobody is soon over.
beforeAll(async () => {
  const parts = { clock: systemClock, ids: randomIds };
  agent = await createSipPeer({ ...parts, address: '127.0.0.30', name: 'agent' });
  gateway = await createSipPeer({ ...parts, address: first, name: 'gateway' });
  other = await createSipPeer({ ...parts, address: second, name: 'other' });
  gateway.onCall((call) => {
    heard.gateway.push(dialled(call));
    script.get(dialled(call))?.(call);
  });
  other.onCall((call) => {
    heard.other.push(dialled(call));
    void call.answer(sampleSdp(second));
  });
  otherRegistrar = await createRegistrarPeer({ clock: systemClock, address: registrars });
  silence = createSocket('udp4');
  await new Promise<void>((resolve) => silence.bind(0, silent, resolve));
  deadPort = await freePort(dead);
  dns = await startDnsmasq({
    hosts: { 'gw1.carrier.test': dead, 'gw2.carrier.test': second, 'gw3.carrier.test': registrars },
    srv: [
      { service: '_sip._udp.carrier.test', priority: 10, host: 'gw1.carrier.test', port: deadPort },
      { service: '_sip._udp.carrier.test', priority: 20, host: 'gw2.carrier.test', port: other.port },
      { service: '_sip._udp.registrar.test', priority: 10, host: 'gw1.carrier.test', port: await freePort(dead) },
      { service: '_sip._udp.registrar.test', priority: 20, host: 'gw3.carrier.test', port: otherRegistrar.port },
    ],
  });
  stack = await startTemporaryStack({
    env: {
      ...{ TRUNKLINE_SIP_T1_MS: '100', TRUNKLINE_DNS_SERVERS: dns.address },
      ...{ TRUNKLINE_TRY_MS: '3000', TRUNKLINE_RING_MS: '2500' },
    },
  });
  tenant = tenantOf(stack);
  await tenant.agent({ name: 'Agent', uri: agent.uri('agent'), auth: credentials });
  patient = await tenant.trunk({
    ...{ name: 'two registrars', auth_type: 'userpass', auth_username: 'alice', auth_password: 'a secret' },
    gateways: [
      { gateway_address: dead, port: await freePort(dead), priority: 1 },
      { gateway_address: registrars, port: otherRegistrar.port, priority: 2 },
    ],
  });
});
afterAll(async () => {
  await stack?.stop();
  await dns?.stop();
  silence?.close();
  await otherRegistrar?.close();
  for (const peer of [agent, gateway, other]) await peer?.close();
});

interface Place {
  readonly address: string;
  readonly port: number;
}

/** A trunk with these gateways, in this order, and one number. */
async function trunk(number: string, gateways: readonly Place[], more: object = {}): Promise<void> {
  const id = await tenant.trunk({
    ...{ name: number, ip_identifiers: [{ ip_address: '192.0.2.1' }], ...more },
    gateways: gateways.map(({ address, port }, index) => ({ gateway_address: address, port, priority: index + 1 })),
  });
  await tenant.number(id, number);
  await tenant.applied(id, [number]);
}

const dial = (from: string, to: string) => {
  const { host, port } = stack.addresses.sip;
  return agent.call({ to: `sip:${to}@${host}:${port}`, from: agent.uri(from), sdp, credentials });
};

/** Calls and hangs up; the final status that the agent heard. */
async function call(from: string, to: string): Promise<number | undefined> {
  const calling = dial(from, to);
  const final = await calling.final;
  await (await calling.answered)?.hangUp();
  return final?.status;
}

const recordSchema = z.object({
  cause: z.string(),
  outcome: z.string(),
  attempts: z.array(
    z.object({
      uri: z.string(),
      target: z.string(),
      status: z.number().nullable(),
      reason: z.string().nullable(),
      ringing_at: z.number().nullable(),
      ended_at: z.number().nullable(),
    }),
  ),
});
/** Every number is called once, so this is the record of that call; attempts as `target: status reason`. */
async function recordTo(to: string) {
  const { cause, outcome, attempts } = recordSchema.parse(await tenant.recordTo(to));
  expect(attempts.every(({ ended_at }) => ended_at !== null)).toBe(true);
  return { cause, outcome, attempts: attempts.map((one) => `${one.target}: ${one.status} ${one.reason}`) };
}

const at = ({ address, port }: Place): string => `${address}:${port}`;

it('goes to the second gateway after 503 from the first', async () => {
  const [from, to] = ['+4930777101', '+4930888101'];
  script.set(to, (incoming) => incoming.refuse(503));
  await trunk(from, [gateway, other]);
  expect(await call(from, to)).toBe(200);
  expect(await recordTo(to)).toMatchObject({
    outcome: 'completed',
    attempts: [`${at(gateway)}: 503 Service Unavailable`, `${at(other)}: 200 OK`],
  });
});

it.each([
  ['busy', 486, 'callee-busy', 'Busy Here', 486],
  ['declined', 603, 'callee-declined', 'Decline', 603],
  ['redirected, for nobody is called who is not the gateway', 302, 'callee-refused', 'Moved Temporarily', 500],
])('calls no second gateway when the callee is %s', async (_what, status, cause, reason, told) => {
  const [from, to] = [`+4930777${status}`, `+4930888${status}`];
  script.set(to, (incoming) => incoming.refuse(status, [['Contact', `<${other.uri(to)}>`]]));
  await trunk(from, [gateway, other]);
  expect(await call(from, to)).toBe(told);
  expect(await recordTo(to)).toMatchObject({ cause, attempts: [`${at(gateway)}: ${status} ${reason}`] });
  expect(heard.other).not.toContain(to);
});

it('goes to the second gateway when the first says nothing for the time of one try', async () => {
  const [from, to] = ['+4930777102', '+4930888102'];
  const deaf = { address: silent, port: silence.address().port };
  await trunk(from, [deaf, other]);
  expect(await call(from, to)).toBe(200);
  expect(await recordTo(to)).toMatchObject({
    outcome: 'completed',
    attempts: [`${at(deaf)}: null No answer in time`, `${at(other)}: 200 OK`],
  });
});

it('calls no second gateway when the first dies while the callee rings', async () => {
  const [from, to] = ['+4930777103', '+4930888103'];
  const dying = { address: first, ...(await startDyingGateway(first)) };
  await trunk(from, [dying, other]);
  const calling = dial(from, to);
  expect((await calling.ringing).status).toBe(180);
  await dying.die();
  expect((await calling.final)?.status).toBe(480);
  const { cause, outcome, attempts } = await recordTo(to);
  expect([cause, outcome]).toEqual(['no-answer', 'no-answer']);
  expect(attempts).toHaveLength(1);
  expect(attempts[0]).toContain(at(dying));
  expect(heard.other).not.toContain(to);
});

it('goes to the second gateway when the first takes no TCP connection', async () => {
  const [from, to] = ['+4930777104', '+4930888104'];
  const refusing = { address: dead, port: await freePort(dead) };
  await trunk(from, [refusing, other], { transport: 'transport-tcp' });
  expect(await call(from, to)).toBe(200);
  expect(await recordTo(to)).toMatchObject({
    outcome: 'completed',
    attempts: [`${at(refusing)}: 503 Connection refused by ${at(refusing)}`, `${at(other)}: 200 OK`],
  });
});

/** A trunk of the dialect whose address is a host without port. */
async function trunkByName(body: { phone_number: string; sip_address: string; [field: string]: unknown }) {
  const made = await tenant.api.post(`${stack.urls.config}/api/user/phone-numbers/sip-trunks`, {
    ...{ sip_trunk_type: 'number', sip_username: `user-${body.phone_number}`, sip_password: 'a secret' },
    ...body,
  });
  return z.object({ data: z.object({ outbound_trunk_id: z.string() }) }).parse(made).data.outbound_trunk_id;
}

it('finds a carrier by SRV, passes its dead first server, and lists both', async () => {
  const [from, to] = ['+4930777105', '+4930888105'];
  await tenant.applied(await trunkByName({ phone_number: from, sip_address: 'carrier.test' }), [from]);
  expect(await call(from, to)).toBe(200);
  const { outcome, attempts } = await recordTo(to);
  const name = (place: string): string => `carrier.test (${place})`;
  expect({ outcome, attempts }).toEqual({
    outcome: 'completed',
    attempts: [`${name(`${dead}:${deadPort}`)}: null No answer`, `${name(at(other))}: 200 OK`],
  });
  // The dead one comes last for a while, so the next caller does not wait for it.
  expect(await call(from, '+4930888106')).toBe(200);
  expect((await recordTo('+4930888106')).attempts).toEqual(['carrier.test: 200 OK']);
});

const registered = z.object({ registration_state: z.looseObject({ registrar: z.string(), state: z.string() }) });
const becomesRegistered = (id: string) =>
  waitUntil(
    async () => {
      const found = registered.parse(await tenant.api.get(`${stack.urls.status}/trunks/${id}`));
      return found.registration_state.state === 'registered' ? found.registration_state.registrar : undefined;
    },
    { what: 'the registration', deadline_ms: 30_000 },
  );

it('registers with the second server of a name whose first is dead, challenge and all', async () => {
  const challenge = 'Digest realm="carrier", nonce="of the second server", algorithm=MD5, qop="auth"';
  otherRegistrar.onRequest((request, { has_credentials }) =>
    has_credentials
      ? { status: 200, headers: [['Contact', request.headers.get('contact') ?? '']] }
      : { status: 401, headers: [['WWW-Authenticate', challenge]] },
  );
  const id = await trunkByName({ sip_trunk_type: 'extension', phone_number: '1001', sip_address: 'registrar.test' });
  expect(await becomesRegistered(id)).toBe('registrar.test');
});

it('registers at the second gateway when the first is dead', async () => {
  expect(await becomesRegistered(patient)).toBe(at(otherRegistrar));
});

it('leaves nothing behind', async () => {
  expect(await stack.rtpengineSessions()).toBe(0);
});

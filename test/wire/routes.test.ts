import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { parseChallenges } from '@trunkline/sip/digest-challenge';
import { formatCredentials } from '@trunkline/sip/digest-credentials';
import { answerChallenge } from '@trunkline/sip/digest-response';
import type { SipResponse } from '@trunkline/sip/message';
import type { IncomingCall } from '@trunkline/testkit/sip-peer/incoming-call';
import { createRegistrarPeer, type RegistrarPeer } from '@trunkline/testkit/sip-peer/registrar-peer';
import { createSipPeer, type SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { sampleSdp } from '../scenarios/language/sample-sdp.ts';
import { type Tenant, tenantOf } from './world/tenant.ts';

const credentials = { username: 'routes-agent', password: 'correct horse' };
const pbxUser = { username: 'routes-pbx', password: 'battery staple' };
const sdp = sampleSdp('127.0.0.51');

let stack: Stack;
let tenant: Tenant;
let agent: SipPeer;
/** A carrier that registers with us, and the proxy of another: whoever it is sent to, it answers. */
let proxy: SipPeer;
let registrar: RegistrarPeer;
const heard: IncomingCall['request'][] = [];

beforeAll(async () => {
  const parts = { clock: systemClock, ids: randomIds };
  agent = await createSipPeer({ ...parts, address: '127.0.0.51', name: 'agent' });
  proxy = await createSipPeer({ ...parts, address: '127.0.0.52', name: 'proxy' });
  proxy.onCall((call) => {
    heard.push(call.request);
    void call.answer(sampleSdp('127.0.0.52'));
  });
  registrar = await createRegistrarPeer({ clock: systemClock, address: '127.0.0.53' });
  stack = await startTemporaryStack();
  tenant = tenantOf(stack);
  await tenant.agent({ name: 'Agent', uri: agent.uri('agent'), auth: credentials });
});
afterAll(async () => {
  await stack?.stop();
  await registrar?.close();
  for (const peer of [agent, proxy]) await peer?.close();
});

/** Calls, hangs up, and gives the INVITE that came. */
async function call(from: string, to: string): Promise<IncomingCall['request'] | undefined> {
  const { host, port } = stack.addresses.sip;
  const calling = agent.call({ to: `sip:${to}@${host}:${port}`, from: agent.uri(from), sdp, credentials });
  expect((await calling.final)?.status).toBe(200);
  await (await calling.answered)?.hangUp();
  return heard.find(({ uri }) => uri.startsWith(`sip:${to}@`));
}

async function register(headers: readonly (readonly [string, string])[]): Promise<SipResponse | undefined> {
  const { host, port } = stack.addresses.sip;
  const registrar = `sip:${pbxUser.username}@${host}:${port}`;
  const challenged = await proxy.request('REGISTER', registrar, headers);
  const [challenge] = parseChallenges(challenged?.headers.get('www-authenticate') ?? '');
  if (challenge === undefined) throw new Error('no challenge');
  const answerer = { ...pbxUser, method: 'REGISTER', uri: registrar, cnonce: 'c', count: 1 };
  const answer = answerChallenge([challenge], answerer);
  if (answer === undefined) throw new Error('the challenge cannot be answered');
  return proxy.request('REGISTER', registrar, [...headers, ['Authorization', formatCredentials(answer)]]);
}

it('calls out by a carrier that has registered with us, by the Path of its REGISTER, with the number at its Contact', async () => {
  const [from, to] = ['+4930777201', '+4930888201'];
  const made = await tenant.api.post(`${stack.urls.config}/api/v1/trunks`, {
    ...{ name: 'PBX', trunk_type: 'inbound', ...pbxUser },
  });
  const { id } = z.object({ id: z.string() }).parse(made);
  await tenant.number(id, from);
  await tenant.applied(id, [from]);

  const path = `<sip:127.0.0.52:${proxy.port};lr>`;
  const answer = await register([
    ['Contact', '<sip:pbx@10.9.8.7:5070>;expires=600'],
    ['Supported', 'path'],
    ['Path', path],
  ]);
  expect([answer?.status, answer?.headers.get('path')]).toEqual([200, path]);

  const invite = await call(from, to);
  expect([invite?.uri, invite?.headers.list('route')]).toEqual([`sip:${to}@10.9.8.7:5070`, [path]]);
  expect(await tenant.recordTo(to)).toMatchObject({
    outcome: 'completed',
    attempts: [{ target: '10.9.8.7:5070', status: 200 }],
  });

  await register([
    ['Contact', '*'],
    ['Expires', '0'],
  ]);
  const { host, port } = stack.addresses.sip;
  const refused = agent.call({ to: `sip:+4930888202@${host}:${port}`, from: agent.uri(from), sdp, credentials });
  expect((await refused.final)?.status).toBe(480);
  expect(await tenant.recordTo('+4930888202')).toMatchObject({ cause: 'carrier-not-registered', attempts: [] });
});

it('takes the Service-Route of the carrier that it is registered with', async () => {
  const [from, to] = ['+4930777203', '+4930888203'];
  const route = `<sip:127.0.0.52:${proxy.port};lr>`;
  registrar.onRequest(({ headers }) => ({
    status: 200,
    headers: [
      ['Contact', headers.get('contact') ?? ''],
      ['Service-Route', route],
    ],
  }));
  const id = await tenant.trunk({
    ...{ name: 'Carrier', auth_type: 'userpass', auth_username: 'alice', auth_password: 'a secret' },
    gateways: [{ gateway_address: registrar.address, port: registrar.port, priority: 1 }],
  });
  await tenant.number(id, from);
  await tenant.applied(id, [from]);
  await waitUntil(
    async () => {
      const state = z.looseObject({ registration_status: z.string() });
      const found = state.parse(await tenant.api.get(`${stack.urls.status}/trunks/${id}`));
      return found.registration_status === 'registered';
    },
    { what: 'the registration', deadline_ms: 15_000 },
  );
  const invite = await call(from, to);
  const place = `${registrar.address}:${registrar.port}`;
  expect([invite?.uri, invite?.headers.list('route')]).toEqual([`sip:${to}@${place}`, [route]]);
  expect(await tenant.recordTo(to)).toMatchObject({ attempts: [{ target: place, status: 200 }] });
});

it('leaves nothing behind', async () => {
  expect(await stack.rtpengineSessions()).toBe(0);
});

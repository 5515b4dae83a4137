import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { type Sipp, startSipp } from '@trunkline/loadtest/sipp';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Tenant, tenantOf } from './world/tenant.ts';

const scenarios = fileURLToPath(new URL('../../loadtest/scenarios', import.meta.url));
const carrierAddress = '127.0.0.51';
const agentAddress = '127.0.0.52';
const did = '+4930777001';

let stack: Stack;
let tenant: Tenant;
let folder = '';
let agentSide: Sipp;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trunkline-first-'));
  stack = await startTemporaryStack();
  tenant = tenantOf(stack);
  agentSide = await startSipp({ name: 'agent', scenario: join(scenarios, 'agent.xml'), address: agentAddress, folder });
});
afterAll(async () => {
  await agentSide?.program.stop();
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

let carriers = 0;

/** One SIPp call from the carrier; `hold_ms` from its ACK to its BYE. */
function call(hold_ms: number): Promise<Sipp> {
  const { host, port } = stack.addresses.sip;
  return startSipp({
    name: `carrier-${++carriers}`,
    scenario: join(scenarios, 'carrier.xml'),
    address: carrierAddress,
    folder,
    target: `${host}:${port}`,
    args: ['-s', did, '-m', '1', '-d', String(hold_ms), '-timeout', '20s'],
  });
}

async function succeeds(carrier: Sipp): Promise<boolean> {
  return (await carrier.program.waitForExit(25_000)).code === 0;
}

const twilio = {
  name: 'Twilio Production',
  provider: 'twilio',
  description: 'Main Twilio Elastic SIP trunk',
  auth_type: 'userpass',
  auth_username: 'sip-user',
  auth_password: 'sip-password',
  gateways: [{ gateway_address: 'your-trunk.pstn.twilio.com', port: 5060, priority: 1 }],
  transport: 'transport-udp',
  allow: 'ulaw,alaw',
  disallow: 'all',
  inbound_enabled: true,
  outbound_leading_plus_enabled: true,
};
const plivo = {
  name: 'Plivo Elastic Trunk',
  provider: 'plivo',
  auth_type: 'ip-based',
  gateways: [{ gateway_address: '21467306465797919.zt.plivo.com', port: 5060, priority: 1 }],
  ip_identifiers: ['15.207.90.192/31', '204.89.151.128/27', '13.52.9.0/25'].map((ip_address) => ({ ip_address })),
  transport: 'transport-udp',
  inbound_enabled: true,
};
const encrypted = {
  ...twilio,
  name: 'Twilio Production (encrypted)',
  gateways: [{ gateway_address: 'your-trunk.pstn.twilio.com', port: 5061, priority: 1 }],
  transport: 'transport-tls',
  media_encryption: 'sdes',
  media_encryption_optimistic: false,
};

test.each([
  ['userpass', twilio],
  ['ip-based', plivo],
  ['TLS with SDES', encrypted],
])('the %s trunk of the guide is made, 201, with the documented body', async (_name, body) => {
  const response = await fetch(`${stack.urls.config}/sip-trunks/trunks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  const trunk = (await response.json()) as Record<string, unknown>;
  const { auth_password, gateways, ...kept } = { auth_password: undefined, ...body };
  expect(trunk).toMatchObject({
    ...kept,
    gateways: [{ ...gateways[0], id: expect.stringMatching(/^\w{26}$/), created_at: expect.stringMatching(/Z$/) }],
    phone_numbers: [],
    direct_media: false,
    rtp_symmetric: true,
    force_rport: true,
    media_encryption: 'media_encryption' in body ? 'sdes' : 'no',
    qualify_frequency: 60,
    is_active: true,
  });
  expect(JSON.stringify(trunk)).not.toContain('sip-password');
});

test('a number takes a call within a second of its mapping, and a trunk switched off refuses the next while a call goes on', async () => {
  const agent = await tenant.agent({ name: 'SIPp', uri: `sip:agent@${agentAddress}:${agentSide.port}` });
  const trunk = await tenant.trunk({
    name: 'SIPp carrier',
    gateways: [{ gateway_address: carrierAddress }],
    ip_identifiers: [{ ip_address: carrierAddress }],
  });
  const number = await tenant.number(trunk, did);
  await tenant.map(agent, number);
  // Each try that comes too early is refused at once; the last may begin one second after the mapping.
  await waitUntil(async () => succeeds(await call(0)), { what: 'a call to the new number', deadline_ms: 1_000 });
  await waitUntil(async () => (await stack.rtpengineSessions()) === 0, { what: 'the end of that call' });

  const long = await call(4_000);
  await waitUntil(async () => (await stack.rtpengineSessions()) === 1, { what: 'the long call' });
  await tenant.patchTrunk(trunk, { is_active: false });
  await waitUntil(async () => !(await succeeds(await call(0))), { what: 'a refused call', deadline_ms: 3_000 });
  await waitUntil(async () => Number((await tenant.outcomesTo(did))['refused']) > 0, { what: 'the refusal on record' });
  expect(await tenant.recordTo(did)).toMatchObject({ outcome: 'refused', cause: 'trunk-inactive', status: 403 });
  expect(await stack.rtpengineSessions()).toBe(1);

  expect(await succeeds(long)).toBe(true);
  await waitUntil(async () => (await tenant.outcomesTo(did))['completed'] === 2, { what: 'the long call on record' });
  expect(await stack.rtpengineSessions()).toBe(0);
});

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stack } from '@trunkline/launcher/stack';
import { sumOf } from '@trunkline/launcher/stack/metrics';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { audioSdp } from '@trunkline/testkit/sip-peer/audio-sdp';
import { createSipPeer, type SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Tenant, tenantOf } from './world/tenant.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dids = ['+4930889000', '+4930889001', '+4930889002', '+4930889003'] as const;

let stack: Stack;
let tenant: Tenant;
let trunk: string;
let carrier: SipPeer;
let agent: SipPeer;
let second: Program | undefined;

beforeAll(async () => {
  stack = await startTemporaryStack({ env: { TRUNKLINE_STATUS_LOST_EDGE_MS: '8000', TRUNKLINE_BAN_AFTER: '3' } });
  tenant = tenantOf(stack);
  const parts = { clock: systemClock, ids: randomIds, name: 'peer' };
  carrier = await createSipPeer({ ...parts, address: '127.0.0.63' });
  agent = await createSipPeer({ ...parts, address: '127.0.0.64' });
  const desk = await tenant.agent({ name: 'Desk', uri: agent.uri('desk') });
  trunk = await tenant.trunk({
    name: 'Carrier',
    gateways: [{ gateway_address: carrier.address, port: carrier.port }],
    ip_identifiers: [{ ip_address: carrier.address }],
  });
  for (const did of dids) await tenant.map(desk, await tenant.number(trunk, did));
  await tenant.applied(trunk, dids);
});
afterAll(async () => {
  await second?.stop();
  await carrier?.close();
  await agent?.close();
  await stack?.stop();
});

async function callTo(did: string) {
  const { host, port } = stack.addresses.sip;
  const sdp = audioSdp({ address: carrier.address, port: 40_000 }, ['PCMU']);
  const out = carrier.call({ to: `sip:${did}@${host}:${port}`, from: carrier.uri('+12025550100'), sdp });
  const callee = await (await agent.nextCall()).answer(sdp);
  const caller = await out.answered;
  if (caller === undefined || callee === undefined) throw new Error(`the call to ${did} was not answered`);
  return { caller, callee };
}

async function startSecondEdge(): Promise<Program> {
  const { sipControl, rtpengine } = stack.addresses;
  const health = `127.0.0.1:${await freePort()}`;
  const program = await startProgram({
    name: 'edge-2',
    command: process.execPath,
    args: [join(root, 'services/edge/dist/main.js')],
    env: {
      TRUNKLINE_NATS_URL: stack.natsUrl('edge'),
      TRUNKLINE_MASTER_KEY_FILE: join(stack.dir, 'secrets/master-key'),
      TRUNKLINE_SIP_SERVER: `${sipControl.host}:${sipControl.port}`,
      TRUNKLINE_SIP_SECRET_FILE: join(stack.dir, 'secrets/sip-secret'),
      TRUNKLINE_RTPENGINE: `${rtpengine.host}:${rtpengine.port}`,
      TRUNKLINE_EDGE_ID: 'edge-2',
      TRUNKLINE_EDGE_HEALTH: health,
      TRUNKLINE_STATE_DIR: join(stack.dir, 'edge-2'),
    },
  });
  await program.waitFor('readiness', async () => (await fetch(`http://${health}/ready`)).ok, 30_000);
  return program;
}

const applications = async () => sumOf(await stack.sipServerGauges(), 'trunkline_sip_control_clients');

const listed = z.object({ calls: z.array(z.object({ id: z.string(), to: z.string() })) });
const drawn = z.object({ ladder: z.array(z.object({ from: z.string(), to: z.string(), text: z.string() })) });

test('a live call has its ladder, from what the SIP server knows of both legs', async () => {
  const { caller, callee } = await callTo(dids[0]);
  const status = stack.urls.status;
  const steps = await waitUntil(
    async () => {
      const { calls } = listed.parse(await tenant.api.get(`${status}/calls?state=live`));
      const id = calls.find(({ to }) => to === dids[0])?.id;
      if (id === undefined) return undefined;
      const { ladder } = drawn.parse(await tenant.api.get(`${status}/calls/${id}/trace`));
      return ladder.some(({ text }) => text === 'ACK') && ladder;
    },
    { what: 'the ladder of the live call', deadline_ms: 30_000 },
  );
  expect(steps).toContainEqual({ from: 'caller', to: 'trunkline', text: 'INVITE' });
  expect(steps).toContainEqual({ from: 'trunkline', to: 'callee', text: 'INVITE' });
  expect(steps).toContainEqual({ from: 'callee', to: 'trunkline', text: '200 OK (INVITE)' });
  expect(steps).toContainEqual({ from: 'trunkline', to: 'caller', text: '200 OK (INVITE)' });
  expect(await caller.hangUp()).toBe(200);
  expect((await callee.ended).by).toBe('them');
  expect(await tenant.recordTo(dids[0])).toMatchObject({ outcome: 'completed' });
});

test('who guesses passwords is banned, and carriers go on', async () => {
  const banned = async () => sumOf(await stack.sipServerGauges(), 'trunkline_sip_banned_sources');
  const intruder = await createSipPeer({ clock: systemClock, ids: randomIds, name: 'intruder', address: '127.0.0.66' });
  const { host, port } = stack.addresses.sip;
  for (let guess = 0; guess < 3; guess += 1) {
    expect(await banned()).toBe(0);
    const sdp = audioSdp({ address: intruder.address, port: 40_000 }, ['PCMU']);
    const credentials = { username: 'admin', password: `guess ${guess}` };
    const dial = { to: `sip:+4930${guess}@${host}:${port}`, from: intruder.uri('admin'), sdp, credentials };
    expect((await intruder.call(dial).final)?.status).toBe(403);
  }
  expect(await banned()).toBe(1);
  const { caller } = await callTo(dids[0]);
  expect(await caller.hangUp()).toBe(200);
  await intruder.close();
});

test('an edge is killed during calls while another is alive: each can be hung up from either side, and has its record', async () => {
  const first = await callTo(dids[1]);
  const other = await callTo(dids[2]);
  second = await startSecondEdge();
  await stack.kill('edge', 'SIGKILL');
  await waitUntil(async () => (await applications()) === 1, { what: 'the SIP server to see the loss' });

  expect(await first.caller.hangUp()).toBe(200);
  expect((await first.callee.ended).by).toBe('them');
  expect(await other.callee.hangUp()).toBe(200);
  expect((await other.caller.ended).by).toBe('them');

  const fresh = await callTo(dids[3]);
  expect(await fresh.caller.hangUp()).toBe(200);
  expect((await fresh.callee.ended).by).toBe('them');
  expect(await tenant.recordTo(dids[3])).toMatchObject({ outcome: 'completed', edge: 'edge-2' });

  for (const did of [dids[1], dids[2]]) {
    const record = await waitUntil(() => tenant.recordTo(did), { what: `the record of ${did}`, deadline_ms: 60_000 });
    expect(record).toMatchObject({ edge: 'edge-1', cause: 'edge-lost', outcome: 'failed', ended_by: 'trunkline' });
    expect(record['source']).toMatchObject({ address: carrier.address });
  }
  expect(await tenant.api.get(`${stack.urls.status}/calls?state=live`)).toMatchObject({ calls: [] });
}, 120_000);

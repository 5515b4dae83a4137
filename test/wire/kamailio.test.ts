import { apiClient } from '@trunkline/launcher/demo/api-client';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { createRtpPeer, type RtpPeer } from '@trunkline/testkit/rtp-peer/rtp-peer';
import { audioSdp } from '@trunkline/testkit/sip-peer/audio-sdp';
import { createSipPeer, type SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type Kamailio, startKamailio } from './kamailio/start-kamailio.ts';

const number = '+12025550123';
const password = 'wonderland-7';
const trunkAnswer = z.object({ id: z.string(), numbers: z.array(z.object({ id: z.string() })).optional() });
const state = z.object({
  registration_status: z.string(),
  registration_state: z.record(z.string(), z.unknown()).nullable(),
  gateways: z.array(z.object({ reachable: z.boolean().nullable() })),
});

let stack: Stack;
let kamailio: Kamailio;
let agent: SipPeer;
let outsider: SipPeer;
let audio: RtpPeer;
let trunk: string;
let api: ReturnType<typeof apiClient>;

beforeAll(async () => {
  kamailio = await startKamailio({ address: '127.0.0.14', password, max_expires_s: 4 });
  stack = await startTemporaryStack();
  const shared = { clock: systemClock, ids: randomIds };
  agent = await createSipPeer({ ...shared, address: '127.0.0.15', name: 'agent' });
  outsider = await createSipPeer({ ...shared, address: '127.0.0.16', name: 'outsider' });
  audio = await createRtpPeer({ clock: systemClock, address: '127.0.0.15', law: 'PCMU', ssrc: 7 });
  api = apiClient(stack.token);
});
afterAll(async () => {
  await audio?.close();
  await outsider?.close();
  await agent?.close();
  await stack?.stop();
  await kamailio?.stop();
});

const look = async () => state.parse(await api.get(`${stack.urls.status}/trunks/${trunk}`));
const becomes = (status: string, deadline_ms = 8_000) =>
  waitUntil(
    async () => {
      const found = await look();
      return found.registration_status === status ? found : undefined;
    },
    { what: `the trunk to be ${status}`, deadline_ms },
  );

it('registers with digest as soon as the trunk is made, and shows it', async () => {
  const made = await api.post(`${stack.urls.config}/sip-trunks/trunks`, {
    ...{ name: 'Kamailio', provider: 'custom', auth_type: 'userpass', auth_username: 'alice', auth_password: password },
    gateways: [{ gateway_address: kamailio.address, port: kamailio.port, priority: 1 }],
    ...{ inbound_enabled: true, qualify_frequency: 1 },
  });
  trunk = trunkAnswer.parse(made).id;
  const { registration_state, gateways } = await becomes('registered', 3_000);
  expect(registration_state).toMatchObject({ registrar: `${kamailio.address}:${kamailio.port}` });
  expect(gateways).toEqual([{ reachable: true }]);
});

it('refreshes before the granted four seconds are over', async () => {
  const before = (await look()).registration_state?.['expires_at'] as number;
  await waitUntil(async () => ((await look()).registration_state?.['expires_at'] as number) > before + 4_000, {
    what: 'two refreshes',
    deadline_ms: 12_000,
  });
  expect((await look()).registration_status).toBe('registered');
});

it('gets the calls of its number by the registration alone, from an address on no list', async () => {
  const made = await api.post(`${stack.urls.config}/agents`, { name: 'Agent', uri: agent.uri('agent') });
  const { id: agent_id } = z.object({ id: z.string() }).parse(made);
  const numbers = `${stack.urls.config}/sip-trunks/trunks/${trunk}/numbers`;
  const { id: phone_number_id } = z.object({ id: z.string() }).parse(await api.post(numbers, { phone_number: number }));
  await api.post(`${stack.urls.config}/inbound/setup`, { agent_id, phone_number_id });
  agent.onCall((call) => void call.answer(audioSdp(audio, ['PCMU'])));
  const host = `${kamailio.address}:${kamailio.port}`;
  const next_hop = { transport: 'udp', address: kamailio.address, port: kamailio.port } as const;
  const answered = await waitUntil(
    async () => {
      const dial = { to: `sip:${number}@${host}`, from: outsider.uri('+12025550188'), next_hop };
      const call = outsider.call({ ...dial, sdp: audioSdp(audio, ['PCMU']) });
      const answered = await call.answered;
      answered?.hangUp();
      return answered !== undefined;
    },
    { what: 'a call by way of the registrar' },
  );
  expect(answered).toBe(true);
  const calls = await waitUntil(
    async () => {
      const list = z
        .object({ calls: z.array(z.object({ id: z.string(), trunk: z.string().nullable(), to: z.string() })) })
        .parse(await api.get(`${stack.urls.status}/calls?state=ended&outcome=completed&limit=10`));
      return list.calls.find((call) => call.trunk === trunk);
    },
    { what: 'the record' },
  );
  expect(calls.to).toBe(number);
  const record = await waitUntil(() => api.get(`${stack.urls.status}/calls/${calls.id}`), { what: 'the record' });
  expect(JSON.stringify(record)).toContain('"by":"registration"');
  // The Contact is as good as a password.
  expect(JSON.stringify(record)).not.toMatch(/tl[0-9a-f]{32}/);
});

it('says that the password is wrong, and registers again with the right one', async () => {
  const url = `${stack.urls.config}/sip-trunks/trunks/${trunk}`;
  await api.patch(url, { auth_password: 'not this one' });
  const { registration_state } = await becomes('failed', 3_000);
  expect(registration_state).toMatchObject({ cause: 'rejected', status: 403, reason: '403 Wrong password' });
  await api.patch(url, { auth_password: password });
  await becomes('registered', 3_000);
});

it('registers again when the registrar was restarted and has forgotten everything', async () => {
  const before = (await look()).registration_state?.['last_success_at'] as number;
  await kamailio.restart();
  const restarted_at = systemClock.now();
  await waitUntil(
    async () => ((await look()).registration_state?.['last_success_at'] as number) > Math.max(before, restarted_at),
    {
      what: 'a registration after the restart',
      deadline_ms: 15_000,
    },
  );
  expect((await look()).registration_status).toBe('registered');
});

it('removes the binding when the trunk is switched off', async () => {
  await api.patch(`${stack.urls.config}/sip-trunks/trunks/${trunk}`, { is_active: false });
  await becomes('unregistered');
  const next_hop = { transport: 'udp', address: kamailio.address, port: kamailio.port } as const;
  const to = `sip:${number}@${kamailio.address}:${kamailio.port}`;
  const call = outsider.call({ to, from: outsider.uri('x'), next_hop, sdp: audioSdp(audio, ['PCMU']) });
  expect((await call.final)?.status).toBe(480);
});

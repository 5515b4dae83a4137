import { X509Certificate } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { type CertificateFiles, createTestAuthority } from '@trunkline/testkit/certificates';
import type { SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MediaParty } from './media-party.ts';
import { tlsPeer, tlsUri } from './tls-world.ts';
import { type Tenant, tenantOf } from './world/tenant.ts';

const CARRIER = '127.0.0.51';
const IMPOSTOR = '127.0.0.52';
const AGENT = '127.0.0.53';
const did = '+4930555101';
const ownNumber = '+4930555102';

const authority = createTestAuthority();
const stranger = createTestAuthority('Stranger');
let stack: Stack;
let tenant: Tenant;
let carrier: SipPeer;
let impostor: SipPeer;
let agent: SipPeer;
let impostorTrunk: string;
let impostorFiles: CertificateFiles;

beforeAll(async () => {
  stack = await startTemporaryStack({ env: { TRUNKLINE_SIP_TLS_CA: authority.certificate } });
  tenant = tenantOf(stack);
  // The stack's certificate vouches for itself: the peers verify it as anybody would.
  const trusted = { ...authority, certificate: join(authority.folder, 'stack.pem') };
  copyFileSync(join(stack.dir, 'secrets/sip-certificate.pem'), trusted.certificate);
  carrier = await tlsPeer('carrier', trusted, authority.issue('carrier', { names: [`IP:${CARRIER}`] }), CARRIER);
  impostorFiles = stranger.issue('carrier', { names: [`IP:${IMPOSTOR}`] });
  impostor = await tlsPeer('impostor', trusted, impostorFiles, IMPOSTOR);
  agent = await tlsPeer('agent', trusted, authority.issue('agent', { names: [`IP:${AGENT}`] }), AGENT);
  const desk = await tenant.agent({
    name: 'Desk',
    uri: `sip:desk@${AGENT}:${agent.port}`,
    auth: { username: 'desk', password: 'correct horse' },
  });
  const secure = { transport: 'transport-tls', media_encryption: 'sdes' };
  const trunk = async (name: string, peer: SipPeer, number: string): Promise<string> => {
    const made = await tenant.trunk({
      name,
      ...secure,
      gateways: [{ gateway_address: peer.address, port: peer.tls_port }],
      ip_identifiers: [{ ip_address: peer.address }],
    });
    await tenant.map(desk, await tenant.number(made, number));
    await tenant.applied(made, [number]);
    return made;
  };
  await trunk('Secure', carrier, did);
  impostorTrunk = await trunk('Impostor', impostor, ownNumber);
});
afterAll(async () => {
  for (const peer of [carrier, impostor, agent]) await peer?.close();
  await stack?.stop();
  authority.remove();
  stranger.remove();
});

const server = (): { address: string; tls_port: number } => {
  const { host, port } = stack.addresses.sipTls;
  return { address: host, tls_port: port };
};

test('a carrier calls over TLS with SDES, the agent speaks plain RTP, and they hear each other', async () => {
  const outside = await MediaParty.create({ srtp: 'required', tone_hz: 440, ssrc: 21, address: CARRIER });
  const inside = await MediaParty.create({ tone_hz: 1_000, ssrc: 22, address: AGENT });
  const calling = carrier.call({
    to: tlsUri(did, server()),
    from: carrier.uri('+12025550100'),
    sdp: outside.describes(),
  });
  const incoming = await Promise.race([agent.nextCall(), calling.final.then((final) => final)]);
  if (incoming === undefined || 'status' in incoming)
    throw new Error(`refused: ${incoming?.status} ${incoming?.reason}`);
  expect(incoming.offer).not.toContain('a=crypto');
  inside.learns({ ok: true, sdp: incoming.offer });
  void incoming.answer(inside.describes());
  const call = await calling.answered;
  if (call === undefined) throw new Error('not answered');
  expect(call.remoteSdp()).toContain('RTP/SAVP');
  outside.learns({ ok: true, sdp: call.remoteSdp() });
  outside.talks();
  inside.talks();
  expect((await inside.hears(inside, outside)).tone_hz).toBe(440);
  expect((await outside.hears(inside, outside)).tone_hz).toBe(1_000);
  expect(await call.hangUp()).toBe(200);
  await waitUntil(() => agent.liveCalls() === 0, { what: 'the BYE to reach the agent' });
  await Promise.all([outside.close(), inside.close()]);
  expect(await tenant.recordTo(did)).toMatchObject({ outcome: 'completed', cause: 'caller-hung-up' });
});

/** The agent calls out; the trunk is the one that has the caller's number. */
const dialOut = (from: string, to: string, sdp: string) =>
  agent.call({
    to: `sip:${to}@${stack.addresses.sip.host}:${stack.addresses.sip.port}`,
    from: `sip:${from}@${AGENT}`,
    sdp,
    credentials: { username: 'desk', password: 'correct horse' },
  });

test('an agent calls out over TLS with SDES to a carrier whose certificate is good', async () => {
  const [outside, inside] = await Promise.all([
    MediaParty.create({ srtp: 'required', tone_hz: 440, ssrc: 31, address: CARRIER }),
    MediaParty.create({ tone_hz: 1_000, ssrc: 32, address: AGENT }),
  ]);
  const calling = dialOut(did, '+12025550133', inside.describes());
  const incoming = await Promise.race([carrier.nextCall(), calling.final.then((final) => final)]);
  if (incoming === undefined || 'status' in incoming)
    throw new Error(`refused: ${incoming?.status} ${incoming?.reason}`);
  expect(incoming.from.transport).toBe('tls');
  expect(incoming.request.headers.get('contact')).toContain('transport=tls');
  expect(incoming.offer).toContain('a=crypto');
  outside.considers({ ok: true, sdp: incoming.offer });
  outside.learns({ ok: true, sdp: incoming.offer });
  void incoming.answer(outside.describes());
  const call = await calling.answered;
  if (call === undefined) throw new Error('not answered');
  inside.learns({ ok: true, sdp: call.remoteSdp() });
  outside.talks();
  inside.talks();
  expect((await inside.hears(inside, outside)).tone_hz).toBe(440);
  expect((await outside.hears(inside, outside)).tone_hz).toBe(1_000);
  expect(await call.hangUp()).toBe(200);
  await Promise.all([outside.close(), inside.close()]);
});

test('a carrier with a wrong certificate never sees the call, and the record says why', async () => {
  const inside = await MediaParty.create({ tone_hz: 1_000, ssrc: 42, address: AGENT });
  const final = await dialOut(ownNumber, '+12025550144', inside.describes()).final;
  expect(final?.status).toBe(503);
  expect(impostor.log.messages()).toEqual([]);
  const record = await tenant.recordTo('+12025550144');
  expect(record).toMatchObject({
    status: 503,
    cause: 'gateway-untrusted',
    attempts: [{ status: 503, reason: `Certificate of ${IMPOSTOR} refused: its authority is not known` }],
  });
  await inside.close();
});

/** How the trunk's gateways are judged from now on, on every edge. */
async function judgedBy(gateway_tls: object | null): Promise<void> {
  await tenant.api.patch(`${stack.urls.config}/trunks/${impostorTrunk}/settings?wait=applied`, { gateway_tls });
}

test('a trunk says how its gateways are judged: by their fingerprint, not at all, or as usual again', async () => {
  const inside = await MediaParty.create({ tone_hz: 1_000, ssrc: 52, address: AGENT });
  const sdp = inside.describes();
  const pin = new X509Certificate(readFileSync(impostorFiles.certificate)).fingerprint256;
  const refusal = async (to: string) => {
    expect((await dialOut(ownNumber, to, sdp).final)?.status).toBe(503);
    return tenant.recordTo(to);
  };

  await judgedBy({ check: 'pin', sha256: ['AB'.repeat(32)] });
  expect(await refusal('+12025550151')).toMatchObject({
    cause: 'gateway-untrusted',
    attempts: [{ reason: `Certificate of ${IMPOSTOR} refused: it is not the pinned one` }],
  });
  for (const [to, gateway_tls] of [
    ['+12025550152', { check: 'pin', sha256: [pin] }],
    ['+12025550153', { check: 'off' }],
  ] as const) {
    await judgedBy(gateway_tls);
    const calling = dialOut(ownNumber, to, sdp);
    const incoming = await Promise.race([impostor.nextCall(), calling.final]);
    if (incoming === undefined || 'status' in incoming) throw new Error(`refused: ${incoming?.status}`);
    expect(incoming.request.headers.has('trunkline-tls')).toBe(false);
    incoming.refuse(486);
    expect((await calling.final)?.status).toBe(486);
  }
  // The connections of before are there still, and are none for who wants to be sure.
  await judgedBy(null);
  expect(await refusal('+12025550154')).toMatchObject({ cause: 'gateway-untrusted' });
  await inside.close();
});

import { X509Certificate } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:tls';
import { createResponse } from '@trunkline/sip/create-response';
import { formatMessage } from '@trunkline/sip/format-message';
import { parseMessage } from '@trunkline/sip/parse-message';
import { createTestAuthority } from '@trunkline/testkit/certificates';
import { freePort } from '@trunkline/testkit/free-port';
import type { SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask } from './sip-server-sample.ts';
import { audio, startTlsServer, type TlsServer, tlsPeer, tlsUri } from './tls-world.ts';

const authority = createTestAuthority();
const stranger = createTestAuthority('Stranger');
const files = authority.issue('server', { names: ['IP:127.0.0.1', 'IP:::1'] });
const own = authority.issue('what-we-show', { names: ['DNS:us.example'] });
let server: TlsServer;
let tls6_port: number;
let mutual: Server;
/** Whom clients of `mutual` said they are, and what they sent. */
const shown: { readonly name: string; readonly method: string }[] = [];
let open: { close(): Promise<void> }[] = [];
let callee = '';

beforeAll(async () => {
  const [udp, tls, udp6] = [await freePort(), await freePort(), await freePort()];
  tls6_port = await freePort();
  const mutual_port = await freePort();
  mutual = createServer(
    {
      ...{
        key: readFileSync(files.key),
        cert: readFileSync(files.certificate),
        ca: readFileSync(authority.certificate),
      },
      ...{ requestCert: true, rejectUnauthorized: true },
    },
    (socket) => {
      socket.on('error', () => {});
      socket.once('data', (chunk: Buffer) => {
        const result = parseMessage(chunk);
        if (!result.ok || result.message.kind !== 'request') return;
        shown.push({ name: String(socket.getPeerCertificate().subject?.CN), method: result.message.method });
        socket.write(formatMessage(createResponse(result.message, 200, { toTag: 'x' })));
      });
    },
  );
  mutual.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => mutual.listen(mutual_port, '127.0.0.1', resolve));
  server = await startTlsServer({
    authority,
    files,
    env: {
      TRUNKLINE_SIP_LISTEN: [
        `udp/127.0.0.1:${udp}`,
        `tls/127.0.0.1:${tls}`,
        `udp/[::1]:${udp6}`,
        `tls/[::1]:${tls6_port}`,
      ].join(','),
      TRUNKLINE_SIP_TLS_DESTINATIONS: JSON.stringify([
        { destination: `127.0.0.1:${mutual_port}`, certificate_file: own.certificate, key_file: own.key },
      ]),
    },
  });
  server = { ...server, tls_port: tls };
  server.srf.invite((req, res) => {
    void server.srf.createB2BUA(req, res, callee, { localSdpB: req.body }).then(({ uas, uac }) => {
      uas.on('destroy', () => void uac.destroy());
      uac.on('destroy', () => void uas.destroy());
    });
  });
});
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
afterAll(async () => {
  await server?.stop();
  await new Promise<void>((resolve) => mutual.close(() => resolve()));
  authority.remove();
  stranger.remove();
});

async function peer(name: string, of = authority, address = '127.0.0.1'): Promise<SipPeer> {
  const made = await tlsPeer(name, authority, of.issue(name, { names: [`IP:${address}`] }), address);
  open.push(made);
  return made;
}

const options = (to: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
  ask(server.srf, to, { method: 'OPTIONS', headers });

test('an application says with each request how the far end is judged', async () => {
  const carrier = await peer('carrier', stranger);
  const to = tlsUri('carrier', carrier);
  const pin = new X509Certificate(readFileSync(stranger.issue('copy', { names: ['DNS:x'] }).certificate));
  const wrong = pin.fingerprint256.replaceAll(':', '').toLowerCase();
  expect(await options(to)).toBe(503);
  expect(await options(to, { 'Trunkline-TLS': `pin;sha256=${wrong}` })).toBe(503);
  expect(carrier.log.messages()).toEqual([]);
  expect(await options(to, { 'Trunkline-TLS': 'off' })).toBe(200);
  // That connection is there; who wants to be sure does not get it.
  expect(await options(to)).toBe(503);
  expect(await options(to, { 'Trunkline-TLS': 'verify' })).toBe(503);
  const right = new X509Certificate(readFileSync(`${stranger.folder}/carrier.pem`)).fingerprint256;
  const sha256 = right.replaceAll(':', '').toLowerCase();
  expect(await options(to, { 'Trunkline-TLS': `pin;sha256=${wrong},${sha256}` })).toBe(200);
  await expect(options(to, { 'Trunkline-TLS': 'pin' })).rejects.toThrow('trunkline-tls cannot be read');
  const requests = carrier.log.messages().flatMap(({ message }) => (message.kind === 'request' ? [message] : []));
  expect(requests.map(({ method }) => method)).toEqual(['OPTIONS', 'OPTIONS']);
  expect(requests.some(({ headers }) => headers.has('trunkline-tls'))).toBe(false);
});

test('our certificate is shown to the destination that it is for', async () => {
  const address = mutual.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await options(`sip:carrier@127.0.0.1:${port};transport=tls`)).toBe(200);
  expect(shown).toEqual([{ name: 'what-we-show', method: 'OPTIONS' }]);
});

/** From alice over TLS to the application, and on to bob, with a re-INVITE and a BYE of bob. */
async function callBetween(alice: SipPeer, bob: SipPeer, to: string) {
  const calling = alice.call({ to, from: `sips:alice@${alice.address}:${alice.tls_port}`, sdp: audio });
  const incoming = await Promise.race([bob.nextCall(), calling.final]);
  if (incoming === undefined || 'status' in incoming)
    throw new Error(`refused: ${incoming?.status} ${incoming?.reason}`);
  const called = await incoming.answer(audio);
  const call = await calling.answered;
  expect((await call?.reinvite(audio))?.status).toBe(200);
  expect(await called?.hangUp()).toBe(200);
  expect((await call?.ended)?.by).toBe('them');
  return { invite: incoming.request };
}

const transportsOf = (one: SipPeer): readonly string[] => [
  ...new Set(one.log.messages().map(({ remote }) => remote.transport)),
];

test('sips: is TLS from end to end, also for what follows in the call', async () => {
  const [alice, bob] = [await peer('alice'), await peer('bob')];
  callee = `sips:bob@127.0.0.1:${bob.tls_port}`;
  const { invite } = await callBetween(alice, bob, `sips:app@127.0.0.1:${server.tls_port}`);
  expect(invite.uri).toMatch(/^sips:/);
  expect(invite.headers.get('contact')).toMatch(/^<?sips:/);
  expect(invite.headers.get('via')).toMatch(/^SIP\/2\.0\/TLS /);
  expect(transportsOf(alice)).toEqual(['tls']);
  expect(transportsOf(bob)).toEqual(['tls']);
});

test('sips: never falls back to a transport without TLS', async () => {
  const heard: Buffer[] = [];
  const udp = createSocket('udp4').on('message', (bytes) => void heard.push(bytes));
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  const { port } = udp.address();
  expect(await options(`sips:bob@127.0.0.1:${port}`)).toBe(503);
  expect(await options(`sips:bob@127.0.0.1:${port};transport=udp`)).toBe(503);
  expect(await options(`sip:bob@127.0.0.1:${port};transport=tls`)).toBe(503);
  expect(heard).toEqual([]);
  await new Promise<void>((resolve) => udp.close(() => resolve()));
});

test('a call over TLS and IPv6, each side verified by its address', async () => {
  const [alice, bob] = [await peer('alice', authority, '::1'), await peer('bob', authority, '::1')];
  callee = `sip:bob@[::1]:${bob.tls_port};transport=tls`;
  const { invite } = await callBetween(alice, bob, `sip:app@[::1]:${tls6_port};transport=tls`);
  expect(invite.headers.get('via')).toMatch(/^SIP\/2\.0\/TLS \[::1\]:\d+;/);
  expect(invite.headers.get('contact')).toContain(`[::1]:${tls6_port};transport=tls`);
  expect(transportsOf(bob)).toEqual(['tls']);
  const impostor = await peer('impostor', stranger, '::1');
  expect(await options(`sip:x@[::1]:${impostor.tls_port};transport=tls`)).toBe(503);
  expect(impostor.log.messages()).toEqual([]);
});

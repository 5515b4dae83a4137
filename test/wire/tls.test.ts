import { connect } from 'node:tls';
import { createTestAuthority } from '@trunkline/testkit/certificates';
import type { OutgoingCall } from '@trunkline/testkit/sip-peer/outgoing-call';
import type { SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { audio, startTlsServer, type TlsServer, tlsPeer, tlsUri } from './tls-world.ts';

const CALLS = 100;
const CALLERS = 20;

const authority = createTestAuthority();
const stranger = createTestAuthority('Stranger');
const files = authority.issue('server', { names: ['IP:127.0.0.1'] });
const peerFiles = authority.issue('peer', { names: ['IP:127.0.0.1'] });
let server: TlsServer;
let open: { close(): Promise<void> }[] = [];
let route: string | undefined;

beforeAll(async () => {
  server = await startTlsServer({ authority, files });
});
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
afterAll(async () => {
  await server?.stop();
  authority.remove();
  stranger.remove();
});

async function peer(name: string, own = peerFiles): Promise<SipPeer> {
  const made = await tlsPeer(name, authority, own);
  open.push(made);
  return made;
}

const here = (): { address: string; tls_port: number } => ({ address: '127.0.0.1', tls_port: server.tls_port });

let failures: unknown[] = [];

/** One application for all tests, the sample of drachtio-srf's README: the callee of the moment stands in `route`. */
function callsGoTo(uri: string): void {
  if (route === undefined) {
    server.srf.invite((req, res) => {
      server.srf
        .createB2BUA(req, res, route ?? '', { localSdpB: req.body })
        .then(({ uas, uac }) => {
          uas.on('destroy', () => uac.destroy());
          uac.on('destroy', () => uas.destroy());
        })
        .catch((error: unknown) => failures.push(error));
    });
  }
  failures = [];
  route = uri;
}

const dial = (caller: SipPeer): OutgoingCall =>
  caller.call({ to: tlsUri('bob', here()), from: caller.uri('alice'), sdp: audio });

/** SHA-256 of what the listener shows to a new connection. */
async function shown(): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: server.tls_port, rejectUnauthorized: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve).once('error', reject);
  });
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

async function answering(name: string): Promise<SipPeer> {
  const callee = await peer(name);
  callee.onCall((call) => void call.answer(audio));
  return callee;
}

test('a certificate is replaced while 100 TLS calls are up: new connections see it, no call is lost', async () => {
  const bob = await answering('bob');
  callsGoTo(tlsUri('bob', bob));
  const callers = await Promise.all(Array.from({ length: CALLERS }, (_, index) => peer(`alice${index}`)));
  const up = await Promise.all(
    callers.flatMap((caller) => Array.from({ length: CALLS / CALLERS }, () => dial(caller).answered)),
  );
  const calls = up.filter((call) => call !== undefined);
  expect(calls).toHaveLength(CALLS);
  expect(bob.liveCalls()).toBe(CALLS);
  const before = await shown();

  authority.replace(files, authority.issue('renewed', { names: ['IP:127.0.0.1'] }));
  await waitUntil(async () => (await shown()) !== before, { what: 'the new certificate to be shown' });

  // A request in every call, on the connections of before.
  const answers = await Promise.all(calls.map((call) => call.reinvite(audio)));
  expect(answers.map((answer) => answer?.status)).toEqual(calls.map(() => 200));
  expect(await server.metrics()).toMatch(/trunkline_sip_connections\{[^}]*\} 21\n/);
  const late = await dial(await peer('late')).answered;
  // Then the application has its dialogs, and hears of their end.
  expect((await late?.reinvite(audio))?.status).toBe(200);
  expect(bob.liveCalls()).toBe(CALLS + 1);
  const statuses = await Promise.all([...calls, late].map((call) => call?.hangUp()));
  expect(statuses).toEqual(statuses.map(() => 200));
  await waitUntil(() => bob.liveCalls() === 0, {
    what: 'every BYE to be carried over',
    found: () => `${bob.liveCalls()} calls`,
  });
});

test('a certificate is replaced on SIGHUP; a wrong one is not taken', async () => {
  const before = await shown();
  authority.replace(
    { certificate: files.certificate, key: `${files.key}.elsewhere` },
    stranger.issue('s', { names: ['IP:127.0.0.1'] }),
  );
  server.program.kill('SIGHUP');
  await waitUntil(async () => /tls_reloads_total\{outcome="refused"/.test(await server.metrics()), {
    what: 'the refusal',
  });
  expect(await shown()).toBe(before);
  authority.replace(files, authority.issue('third', { names: ['IP:127.0.0.1'], days: 3 }));
  server.program.kill('SIGHUP');
  await waitUntil(async () => (await shown()) !== before, { what: 'the new certificate to be shown' });
  const expiry = /certificate_expiry_timestamp_seconds\{[^}]*\} (\S+)/.exec(await server.metrics())?.[1];
  expect(Number(expiry)).toBeGreaterThan(1_700_000_000);
});

test('a carrier with a wrong certificate is refused with a cause that says so, and hears nothing', async () => {
  const cases = [
    ['expired', authority.issue('old', { names: ['IP:127.0.0.1'], days: -1 }), 'it has expired'],
    ['somebody else', authority.issue('other', { names: ['DNS:other.example'] }), 'it is for another name'],
    ['unknown', stranger.issue('unknown', { names: ['IP:127.0.0.1'] }), 'its authority is not known'],
  ] as const;
  const alice = await peer('alice');
  for (const [name, own, why] of cases) {
    const carrier = await peer(name, own);
    callsGoTo(tlsUri('bob', carrier));
    const final = await dial(alice).final;
    expect(final?.status).toBe(503);
    const reason = `Certificate of 127.0.0.1 refused: ${why}`;
    await waitUntil(() => failures.length === 1, { what: 'the application to hear of it' });
    expect(failures).toMatchObject([{ status: 503, reason }]);
    const { res } = failures[0] as { res: { get(name: string): string } };
    expect(res.get('Warning')).toBe(`399 trunkline "certificate: ${reason}"`);
    expect(carrier.log.messages()).toEqual([]);
  }
});

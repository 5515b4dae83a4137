import { fileURLToPath } from 'node:url';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import type { CertificateFiles, TestAuthority } from '@trunkline/testkit/certificates';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { createSipPeer, type SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import Srf from 'drachtio-srf';

const MAIN = fileURLToPath(new URL('../../services/sip-server/dist/main.js', import.meta.url));
const SECRET = 'a-secret-of-this-test';

/** Our SIP server with a TLS listener, and one application on it. */
export interface TlsServer {
  readonly program: Program;
  readonly port: number;
  readonly tls_port: number;
  readonly srf: Srf;
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

export interface TlsServerWish {
  readonly authority: TestAuthority;
  readonly files: CertificateFiles;
  /** Follows the address of the listener, `;client-certificates=required`. */
  readonly listener?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startTlsServer({ authority, files, listener = '', env = {} }: TlsServerWish): Promise<TlsServer> {
  const [sip, tls, control, health] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const program = await startProgram({
    name: 'sip-server',
    command: process.execPath,
    args: [MAIN],
    env: {
      TRUNKLINE_SIP_LISTEN: `udp/127.0.0.1:${sip},tcp/127.0.0.1:${sip},tls/127.0.0.1:${tls}${listener}`,
      TRUNKLINE_SIP_CONTROL: `127.0.0.1:${control}`,
      TRUNKLINE_SIP_SECRET: SECRET,
      TRUNKLINE_SIP_SERVER_HEALTH: `127.0.0.1:${health}`,
      TRUNKLINE_SIP_TLS_CERTIFICATE: files.certificate,
      TRUNKLINE_SIP_TLS_KEY: files.key,
      TRUNKLINE_SIP_TLS_CA: authority.certificate,
      TRUNKLINE_SIP_TLS_CLIENT_CA: authority.certificate,
      ...env,
    },
  });
  await program.waitFor('readiness', async () => (await fetch(`http://127.0.0.1:${health}/ready`)).status === 200);
  const srf = new Srf();
  let connected = false;
  srf.on('connect', () => {
    connected = true;
  });
  srf.on('error', () => {});
  void srf.connect({ host: '127.0.0.1', port: control, secret: SECRET });
  await waitUntil(() => connected, { what: 'the application to be connected' });
  return {
    program,
    port: sip,
    tls_port: tls,
    srf,
    metrics: async () => (await fetch(`http://127.0.0.1:${health}/metrics`)).text(),
    async stop() {
      srf.disconnect();
      await program.stop();
    },
  };
}

/** A user agent that speaks TLS and verifies whom it calls. */
export function tlsPeer(
  name: string,
  authority: TestAuthority,
  files: CertificateFiles,
  address = '127.0.0.1',
): Promise<SipPeer> {
  const tls = { ...files, authority: authority.certificate };
  return createSipPeer({ clock: systemClock, ids: randomIds, address, name, tls });
}

export const tlsUri = (user: string, place: { readonly address: string; readonly tls_port: number }): string =>
  `sip:${user}@${place.address}:${place.tls_port};transport=tls`;

export const audio = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/AVP 0',
  '',
].join('\r\n');

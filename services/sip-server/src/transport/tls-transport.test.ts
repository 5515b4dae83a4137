import { readFileSync } from 'node:fs';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { systemClock } from '@trunkline/runtime/clock';
import { createLogger } from '@trunkline/runtime/logger';
import { type CertificateFiles, createTestAuthority } from '@trunkline/testkit/certificates';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { TlsDestination, TlsSettings } from './tls-settings.ts';
import { TlsStore } from './tls-store.ts';
import { TlsTransport } from './tls-transport.ts';
import type { Flow } from './transport.ts';

const authority = createTestAuthority();
const stranger = createTestAuthority('Stranger');
const here = authority.issue('here', { names: ['IP:127.0.0.1', 'DNS:here.example'] });
const logger = createLogger({ name: 'test', level: 'silent' });
const MESSAGE = Buffer.from('OPTIONS sip:x SIP/2.0\r\nContent-Length: 0\r\n\r\n');

interface Side {
  readonly transport: TlsTransport;
  readonly store: TlsStore;
  readonly received: { readonly text: string; readonly flow: Flow }[];
  readonly closed: Flow[];
  readonly handshakes: string[];
}

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.stop()));
});
afterAll(() => {
  authority.remove();
  stranger.remove();
});

async function side(
  files: CertificateFiles = here,
  more: Partial<TlsSettings> & { readonly clients?: 'none' | 'optional' | 'required' } = {},
): Promise<Side> {
  const handshakes: string[] = [];
  const events = {
    handshake: (direction: string, outcome: string) => void handshakes.push(`${direction} ${outcome}`),
    reloaded: () => {},
  };
  const { clients = 'none', ...settings } = more;
  const store = new TlsStore(
    {
      certificate_file: files.certificate,
      key_file: files.key,
      ca_file: authority.certificate,
      destinations: [],
      ...settings,
    },
    { readFile: (path) => readFileSync(path), logger, events },
  );
  const transport = new TlsTransport(
    { address: '127.0.0.1', port: 0 },
    { client_certificates: clients, store, events, clock: systemClock, logger },
  );
  const received: Side['received'] = [];
  const closed: Flow[] = [];
  await transport.start({
    received: (bytes, flow) => void received.push({ text: bytes.toString(), flow }),
    closed: (flow) => void closed.push(flow),
  });
  open.push(transport);
  return { transport, store, received, closed, handshakes };
}

const rule = (more: Partial<TlsDestination>): TlsDestination => ({
  destination: '127.0.0.1',
  check: 'verify',
  sha256: [],
  ...more,
});

/** Sends one message from one side to the other and tells how it ended. */
async function send(from: Side, to: Side, name?: string): Promise<string> {
  const flow = from.transport.flowTo(to.transport.local, name);
  if (flow === undefined) return 'no flow';
  const before = to.received.length;
  let failed: Error | undefined;
  flow.send(MESSAGE, (error) => {
    failed = error;
  });
  const over = (): boolean => failed !== undefined || from.closed.includes(flow);
  await waitUntil(() => to.received.length > before || over(), { what: 'the message, or a failure' });
  return flow.failure?.text ?? failed?.message ?? 'received';
}

describe('a far end', () => {
  const cases: readonly [string, () => CertificateFiles, Partial<TlsSettings>, string | undefined, RegExp][] = [
    ['with a certificate for its address', () => here, {}, undefined, /^received$/],
    ['with a certificate for its name', () => here, {}, 'here.example', /^received$/],
    [
      'with a certificate for another name',
      () => here,
      {},
      'there.example',
      /^Certificate of there.example refused: it is for another name$/,
    ],
    [
      'with a certificate of an unknown authority',
      () => stranger.issue('a', { names: ['IP:127.0.0.1'] }),
      {},
      undefined,
      /refused: its authority is not known$/,
    ],
    [
      'with an expired certificate',
      () => authority.issue('old', { names: ['IP:127.0.0.1'], days: -1 }),
      {},
      undefined,
      /refused: it has expired$/,
    ],
    [
      'that is not to be judged',
      () => stranger.issue('b', { names: ['DNS:x.example'] }),
      { destinations: [rule({ check: 'off' })] },
      undefined,
      /^received$/,
    ],
    [
      'that is not the pinned one',
      () => here,
      { destinations: [rule({ check: 'pin', sha256: ['00'.repeat(32)] })] },
      undefined,
      /refused: it is not the pinned one$/,
    ],
    [
      'that is known by another name',
      () => here,
      { destinations: [rule({ server_name: 'here.example' })] },
      undefined,
      /^received$/,
    ],
    [
      'whose own authority is named',
      () => stranger.issue('c', { names: ['IP:127.0.0.1'] }),
      { destinations: [rule({ ca_file: stranger.certificate })] },
      undefined,
      /^received$/,
    ],
  ];
  it.each(cases)('%s', async (_what, files, settings, name, expected) => {
    const [from, to] = [await side(here, settings), await side(files())];
    expect(await send(from, to, name)).toMatch(expected);
    if (!expected.test('received')) {
      // Not a byte of the request reached it.
      expect(to.received).toEqual([]);
      expect(from.closed).toHaveLength(1);
    }
  });

  it('that is pinned is trusted whatever its certificate says', async () => {
    const files = stranger.issue('pinned', { names: ['DNS:elsewhere.example'], days: -1 });
    const to = await side(files);
    const sha256 = to.store.certificates.map((one) => one.sha256);
    const from = await side(here, { destinations: [rule({ check: 'pin', sha256 })] });
    expect(await send(from, to)).toBe('received');
  });

  it('is reached on one connection for one name', async () => {
    const [from, to] = [await side(), await side()];
    await send(from, to);
    await send(from, to);
    expect(to.transport.connections).toBe(1);
    await send(from, to, 'here.example');
    expect(to.transport.connections).toBe(2);
  });

  it('is asked for by its name, and never by an address (RFC 6066 §3)', async () => {
    const asked: string[] = [];
    const pem = { cert: readFileSync(here.certificate), key: readFileSync(here.key) };
    const server = createServer(pem, (socket) => void asked.push(socket.servername || 'no name'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const from = await side();
    for (const name of ['here.example', undefined, '127.0.0.1']) {
      from.transport.flowTo({ address: '127.0.0.1', port }, name);
    }
    await waitUntil(() => asked.length === 3, { what: 'three handshakes' });
    expect(asked.sort()).toEqual(['here.example', 'no name', 'no name']);
    await from.transport.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  it('that is not there is said to be so', async () => {
    const [from, to] = [await side(), await side()];
    await to.transport.stop();
    expect(await send(from, to)).toMatch(/^Connection refused by 127\.0\.0\.1:\d+$/);
  });
});

describe('a client', () => {
  const withCertificate = { client_ca_file: authority.certificate };
  const asClient = (files: CertificateFiles) => ({
    destinations: [rule({ certificate_file: files.certificate, key_file: files.key })],
  });

  it('is let in without a certificate where it may be', async () => {
    const to = await side(here, { ...withCertificate, clients: 'optional' });
    expect(await send(await side(), to)).toBe('received');
  });

  it('is kept out without a certificate where it must not be', async () => {
    const to = await side(here, { ...withCertificate, clients: 'required' });
    expect(await send(await side(), to)).toMatch(
      /^(TLS refused by \S+: certificate required|Connection (closed|reset) by \S+( without an answer)?)$/,
    );
    expect(to.received).toEqual([]);
  });

  it('is let in with a good one, and kept out with a wrong one, also where it is optional', async () => {
    for (const clients of ['optional', 'required'] as const) {
      const to = await side(here, { ...withCertificate, clients });
      expect(await send(await side(here, asClient(here)), to)).toBe('received');
      const wrong = stranger.issue('client', { names: ['DNS:c.example'] });
      const from = await side(here, asClient(wrong));
      const flow = from.transport.flowTo(to.transport.local);
      flow?.send(MESSAGE, () => {});
      await waitUntil(() => from.closed.length === 1, { what: 'the connection to be closed' });
      expect(to.received).toHaveLength(1);
    }
  });

  it('that proved who it is may be called on its connection (RFC 5923)', async () => {
    const to = await side(here, { ...withCertificate, clients: 'required' });
    const from = await side(here, asClient(here));
    await send(from, to);
    const { flow } = to.received[0] ?? {};
    if (flow === undefined) throw new Error('nothing was received');
    to.transport.alias(flow, from.transport.local.port);
    expect(to.transport.flowTo(from.transport.local)).toBe(flow);
    expect(to.transport.flowTo(from.transport.local, 'here.example')).toBe(flow);
    expect(to.transport.flowTo(from.transport.local, 'there.example')).not.toBe(flow);
  });
});

describe('a listener', () => {
  it('shows a new certificate to new connections and keeps the old ones', async () => {
    const files = authority.issue('turns', { names: ['IP:127.0.0.1'] });
    const [from, to] = [await side(), await side(files)];
    await send(from, to);
    const shown = async (): Promise<string> => {
      const socket: TLSSocket = connect({ ...address(to), rejectUnauthorized: false });
      await new Promise((resolve) => socket.once('secureConnect', resolve));
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      return fingerprint256;
    };
    const first = await shown();
    authority.replace(files, authority.issue('next', { names: ['IP:127.0.0.1'] }));
    to.store.reload();
    expect(await shown()).not.toBe(first);
    expect(await send(from, to)).toBe('received');
    expect(from.handshakes).toEqual(['out done']);
  });

  it('keeps what it has while the files do not fit', async () => {
    const files = authority.issue('half', { names: ['IP:127.0.0.1'] });
    const to = await side(files);
    const before = to.store.certificates;
    const next = authority.issue('half-next', { names: ['IP:127.0.0.1'] });
    authority.replace({ certificate: files.certificate, key: `${files.key}.elsewhere` }, next);
    to.store.reload();
    expect(to.store.certificates).toEqual(before);
    expect(await send(await side(), to)).toBe('received');
    authority.replace(files, next);
    to.store.reload();
    expect(to.store.certificates).not.toEqual(before);
  });

  it('takes a bounded number of handshakes from one source, and forgets those that are gone', async () => {
    const to = await side();
    const sockets = Array.from({ length: 70 }, () => connectTcp(address(to)).on('error', () => {}));
    await waitUntil(() => to.handshakes.filter((one) => one === 'in limited').length === 6, {
      what: '6 to be refused',
    });
    expect(to.transport.half_open).toBe(64);
    for (const socket of sockets) socket.destroy();
    await waitUntil(() => to.transport.half_open === 0, { what: 'none to be half-open' });
    expect(await send(await side(), to)).toBe('received');
    expect(to.transport.half_open).toBe(0);
  });
});

const address = (to: Side) => ({ host: to.transport.local.address, port: to.transport.local.port });

import { createSocket } from 'node:dgram';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import type { SipRequest } from '@trunkline/sip/message';
import { createSipPeer } from '@trunkline/testkit/sip-peer/sip-peer';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BarePeer, openPeer } from './sip-server-peer.ts';
import { type Application, onOurs, startTarget, type Target } from './sip-server-target.ts';

const LARGE = 'x'.repeat(1_400);
let target: Target;
let app: Application;

beforeAll(async () => {
  target = await startTarget();
  app = await target.application();
});
afterAll(async () => {
  app?.close();
  await target?.stop();
});

interface Requesting {
  request(uri: string, options: object, done: () => void): void;
}

function send(uri: string, body: string): void {
  const options = { method: 'MESSAGE', headers: { 'Content-Type': 'text/plain' }, body };
  // Its declarations want a socket first, which connected applications do not have.
  (app.srf as unknown as Requesting).request(uri, options, () => {});
}

const via = (request: SipRequest): string => request.headers.get('via') ?? '';

async function onTcp(run: (peer: BarePeer, uri: string) => Promise<void>): Promise<void> {
  const peer = await openPeer('tcp', await target.sip('tcp'));
  await run(peer, `sip:bob@${peer.place.host}:${peer.place.port}`).finally(() => peer.close());
}

const NO_SIZE = 'drachtio-server sends requests of any size over UDP: it forces its MTU to 65535';

onOurs(NO_SIZE)('a request of more than 1300 bytes goes over TCP, with a Via that says so (RFC 3261 §18.1.1)', () =>
  onTcp(async (peer, uri) => {
    send(uri, LARGE);
    const request = await peer.request('MESSAGE');
    expect(via(request)).toMatch(/^SIP\/2\.0\/TCP /);
    expect(request.body.toString()).toBe(LARGE);
  }),
);

it('a peer without TCP gets it over UDP', async () => {
  const received: string[] = [];
  const socket = createSocket('udp4').on('message', (bytes) => void received.push(bytes.toString()));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  send(`sip:bob@127.0.0.1:${socket.address().port}`, LARGE);
  const text = await waitUntil(() => received.find((one) => one.endsWith(LARGE)), { what: 'the request' });
  expect(text).toContain('Via: SIP/2.0/UDP ');
  await new Promise<void>((resolve) => socket.close(resolve));
});

onOurs(NO_SIZE)('a small one, and one whose URI asks for UDP, goes over UDP to a peer that has both', async () => {
  const peer = await createSipPeer({ clock: systemClock, ids: randomIds, address: '127.0.0.1', name: 'both' });
  const got = async (uri: string, body: string): Promise<string | undefined> => {
    const known = peer.log.messages().length;
    send(uri, body);
    const isNew = () => peer.log.messages()[known]?.remote.transport;
    return waitUntil(isNew, { what: 'the request' });
  };
  expect(await got(peer.uri('bob'), 'small')).toBe('udp');
  expect(await got(`${peer.uri('bob')};transport=udp`, LARGE)).toBe('udp');
  expect(await got(peer.uri('bob'), LARGE)).toBe('tcp');
  await peer.close();
});

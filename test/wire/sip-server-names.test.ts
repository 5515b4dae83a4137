import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterEach, expect } from 'vitest';
import { type DnsZone, startDnsServer } from './dns-server.ts';
import { type BarePeer, openPeer, reply, SDP } from './sip-server-peer.ts';
import { ask } from './sip-server-sample.ts';
import { type Application, assertNothingLeft, onOurs, startTarget, T1_MS } from './sip-server-target.ts';

let close: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of close.reverse()) await one();
  close = [];
});

interface World {
  readonly app: Application;
  readonly bob: BarePeer;
  /** A party that hears everything and says nothing. */
  readonly deaf: BarePeer;
  readonly asked: readonly string[];
}

/** The server with a DNS of the test's own, which may speak of `bob` and `deaf` by their ports. */
async function world(zone: (ports: { readonly bob: number; readonly deaf: number }) => DnsZone): Promise<World> {
  // The port is known when the server has started, which needs the zone, which needs the ports of the peers.
  const server = { host: '127.0.0.1', port: 0 };
  const [bob, deaf] = [await openPeer('udp', server), await openPeer('udp', server)];
  const dns = await startDnsServer(zone({ bob: bob.place.port, deaf: deaf.place.port }));
  const target = await startTarget(T1_MS, { TRUNKLINE_DNS_SERVERS: dns.address });
  const app = await target.application();
  server.port = (await target.sip('udp')).port;
  close = [
    dns.close,
    () => target.stop(),
    () => assertNothingLeft(target),
    async () => app.close(),
    deaf.close,
    bob.close,
  ];
  return { app, bob, deaf, asked: dns.asked };
}

const OWN_DNS = 'the test brings DNS servers of its own, which another server cannot be told of';

const gateways = ({ bob, deaf }: { readonly bob: number; readonly deaf: number }): DnsZone => ({
  a: { 'gw1.test': ['127.0.0.1'], 'gw2.test': ['127.0.0.1'] },
  srv: {
    '_sip._udp.carrier.test': [
      [20, bob, 'gw2.test'],
      [10, deaf, 'gw1.test'],
    ],
  },
  naptr: { 'carrier.test': [[1, 'SIP+D2U', '_sip._udp.carrier.test']] },
});

onOurs(OWN_DNS)(
  'a call goes to the next gateway of a name when the first says nothing, and the application hears one answer',
  async () => {
    const { app, bob, deaf, asked } = await world(gateways);
    const calling = app.srf.createUAC('sip:bob@carrier.test', { localSdp: SDP(4000) });
    const first = await deaf.request('INVITE');
    const second = await bob.request('INVITE');
    expect(second.headers.get('call-id')).toBe(first.headers.get('call-id'));
    expect(second.headers.get('from')).toBe(first.headers.get('from'));
    expect(second.headers.get('cseq')).toBe(first.headers.get('cseq'));
    // RFC 3263 §4.3: another transaction, so another branch.
    expect(second.headers.get('via')).not.toBe(first.headers.get('via'));
    reply(bob, second, 200, { body: SDP(5000) });
    const dialog = await calling;
    // What an application cannot know otherwise: who was asked in vain, and who answered.
    const tried = (dialog as unknown as { res: { get(name: string): string } }).res.get('X-Trunkline-Tried');
    expect(tried).toMatch(
      /^"No answer" <sip:127\.0\.0\.1:\d+;transport=udp>;ms=\d+, <sip:127\.0\.0\.1:\d+;transport=udp>$/,
    );
    await bob.request('ACK');
    void dialog.destroy();
    reply(bob, await bob.request('BYE'), 200);
    const questions = asked.length;
    const again = ask(app.srf, 'sip:bob@carrier.test', { method: 'OPTIONS' });
    reply(bob, await bob.request('OPTIONS'), 200);
    expect(await again).toBe(200);
    expect(asked.length).toBe(questions);
    // Who was silent a moment ago comes last.
    expect(deaf.received.some((message) => message.kind === 'request' && message.method === 'OPTIONS')).toBe(false);
  },
);

onOurs(OWN_DNS)('503 leads to the next gateway at once; any other refusal is the answer', async () => {
  const { app, bob, deaf } = await world(gateways);
  const asked = ask(app.srf, 'sip:bob@carrier.test', { method: 'OPTIONS' });
  reply(deaf, await deaf.request('OPTIONS'), 503);
  reply(bob, await bob.request('OPTIONS'), 404);
  expect(await asked).toBe(404);
});

onOurs(OWN_DNS)('408 when no gateway answers', async () => {
  const { app, deaf } = await world(({ deaf: port }) => ({
    a: { 'gw.test': ['127.0.0.1'] },
    srv: {
      '_sip._udp.carrier.test': [
        [1, port, 'gw.test'],
        [2, 9, 'gw.test'],
      ],
    },
  }));
  expect(await ask(app.srf, 'sip:bob@carrier.test', { method: 'OPTIONS' })).toBe(408);
  expect(deaf.received.length).toBeGreaterThan(1);
});

onOurs(OWN_DNS)('a name whose servers say nothing does not hold up calls to another', async () => {
  const { app, bob, asked } = await world((ports) => ({
    ...gateways(ports),
    silent: ['slow.test', '_sip._udp.slow.test'],
  }));
  const slow = Array.from({ length: 20 }, () =>
    ask(app.srf, 'sip:bob@slow.test', { method: 'OPTIONS' }).catch((error: Error) => error.message),
  );
  await waitUntil(() => asked.some((question) => question.startsWith('slow.test')), { what: 'the question' });
  const quick = ask(app.srf, `sip:bob@gw2.test:${bob.place.port}`, { method: 'OPTIONS' });
  reply(bob, await bob.request('OPTIONS', 1_000), 200);
  expect(await quick).toBe(200);
  const outcomes = await Promise.all(slow);
  expect(new Set(outcomes)).toEqual(new Set(['the next hop has no address that can be reached']));
});

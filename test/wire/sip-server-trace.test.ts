import { createSocket, type Socket } from 'node:dgram';
import { type SipTrace, sipTraceSchema } from '@trunkline/contracts/sip-trace';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type BarePeer, followUp, freshRequest, openPeer, type Place, reply, SDP } from './sip-server-peer.ts';
import { on } from './sip-server-sample.ts';
import { type Application, onOurs, startTarget, type Target } from './sip-server-target.ts';

/** The default: nothing is sent again but on a machine that has no time. */
const T1_MS = 500;
const TOKEN = 'a-token-of-this-test';
const WHY = 'drachtio-server keeps no trace, and its HEP capture is set up in its own configuration';
const PASSWORD = 'a-password-of-this-test';

/** One chunk of a HEP 3 packet: vendor, type, value. */
type Chunks = ReadonlyMap<number, Buffer>;

/** As the format says: `HEP3`, the length of all, then chunks of vendor (2), type (2), length of the whole chunk (2), value. */
function decode(packet: Buffer): Chunks {
  expect(packet.toString('latin1', 0, 4)).toBe('HEP3');
  expect(packet.readUInt16BE(4)).toBe(packet.length);
  const chunks = new Map<number, Buffer>();
  for (let at = 6; at < packet.length; at += packet.readUInt16BE(at + 4)) {
    expect(packet.readUInt16BE(at)).toBe(0);
    expect(packet.readUInt16BE(at + 4)).toBeGreaterThan(6);
    chunks.set(packet.readUInt16BE(at + 2), packet.subarray(at + 6, at + packet.readUInt16BE(at + 4)));
  }
  return chunks;
}

interface Captured {
  readonly family: number;
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  readonly at_s: number;
  readonly text: string;
}

function read(chunks: Chunks): Captured {
  const value = (type: number): Buffer => chunks.get(type) ?? Buffer.alloc(0);
  const place = (address: number, port: number): string =>
    `${[...value(address)].join('.')}:${value(port).readUInt16BE(0)}`;
  expect(value(11)).toEqual(Buffer.from([1]));
  expect(value(12).readUInt32BE(0)).toBe(77);
  expect(value(14).toString()).toBe(PASSWORD);
  expect(value(10).readUInt32BE(0)).toBeLessThan(1_000_000);
  return {
    family: value(1).readUInt8(0),
    protocol: value(2).readUInt8(0),
    source: place(3, 7),
    destination: place(4, 8),
    at_s: value(9).readUInt32BE(0),
    text: value(15).toString(),
  };
}

let target: Target;
let app: Application;
let collector: Socket;
let server: Place;
let callee = '';
const captured: Captured[] = [];
const faults: unknown[] = [];
const open: BarePeer[] = [];

beforeAll(async () => {
  collector = createSocket('udp4').on('message', (packet) => {
    try {
      captured.push(read(decode(packet)));
    } catch (error) {
      faults.push(error);
    }
  });
  await new Promise<void>((resolve) => collector.bind(0, '127.0.0.1', resolve));
  target = await startTarget(T1_MS, {
    TRUNKLINE_SIP_TRACE_TOKEN: TOKEN,
    TRUNKLINE_SIP_HEP: `127.0.0.1:${collector.address().port}`,
    TRUNKLINE_SIP_HEP_ID: '77',
    TRUNKLINE_SIP_HEP_PASSWORD: PASSWORD,
  });
  server = await target.sip('udp');
  app = await target.application();
  app.srf.invite((req, res) => {
    const { tag } = req.getParsedHeader('from').params as { readonly tag: string };
    const headers = { 'Trunkline-Other-Leg': `${req.get('call-id')};from-tag=${tag}` };
    void app.srf.createB2BUA(req, res, callee, { localSdpB: req.body, headers }).then(({ uas, uac }) => {
      uas.on('destroy', () => void uac.destroy());
    });
  });
  on(app.srf, 'options', (_req, res) => void res.send(200));
  const probe = await openPeer('udp', server);
  open.push(probe);
  await waitUntil(
    () => {
      probe.send(freshRequest(probe, 'OPTIONS', `sip:${server.host}:${server.port}`));
      return probe.received.some((one) => one.kind === 'response' && one.status === 200);
    },
    { what: 'the routes of the application' },
  );
});
afterAll(async () => {
  app?.close();
  await Promise.all(open.map((peer) => peer.close()));
  await target?.stop();
  await new Promise<void>((resolve) => collector.close(() => resolve()));
});

const secretSdp = `${SDP(4000)}a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0LWtleQ==\r\n`;
const authorization = 'Digest username="u", realm="r", nonce="n", uri="sip:r", response="secret-response"';

/** A call with everything in it that must not be seen, from the first INVITE to the answer of the BYE. */
async function call(transport: 'udp' | 'tcp') {
  const place = await target.sip(transport);
  const [alice, bob] = [await openPeer(transport, place), await openPeer('udp', server)];
  open.push(alice, bob);
  callee = bob.uri;
  const to = `sip:app@${place.host}:${place.port}${transport === 'tcp' ? ';transport=tcp' : ''}`;
  const invite = freshRequest(alice, 'INVITE', to, { body: secretSdp, headers: [['Authorization', authorization]] });
  alice.send(invite);
  const legB = await bob.request('INVITE');
  reply(bob, legB, 200, { body: secretSdp });
  const ok = await alice.response(200, 'INVITE');
  alice.send(followUp(invite, ok, 'ACK', 1));
  await bob.request('ACK');
  alice.send(followUp(invite, ok, 'BYE', 2));
  await alice.response(200, 'BYE');
  reply(bob, await bob.request('BYE'), 200);
  return { alice, bob, invite, legB, place };
}

const firstLine = (text: string): string => text.slice(0, text.indexOf('\r\n'));
const callIdOf = (message: { readonly headers: { get(name: string): string | undefined } }): string =>
  message.headers.get('call-id') ?? '';

const ask = (call_id: string, authorization_header?: string): Promise<Response> =>
  fetch(`${target.pages}/trace?call-id=${encodeURIComponent(call_id)}`, {
    headers: authorization_header === undefined ? {} : { authorization: authorization_header },
  });

async function traceOf(call_id: string): Promise<SipTrace> {
  const response = await ask(call_id, `Bearer ${TOKEN}`);
  expect(response.status).toBe(200);
  return sipTraceSchema.parse(await response.json());
}

describe.each(['udp', 'tcp'] as const)('a call that came over %s', (transport) => {
  onOurs(WHY)('is in the trace with both legs, and at the HEP collector, without passwords and keys', async () => {
    const { alice, bob, invite, legB, place } = await call(transport);
    const { messages } = await waitUntil(
      async () => {
        const trace = await traceOf(callIdOf(invite));
        // The last one is the callee's answer to BYE.
        return (
          trace.messages.filter(({ text }) => text.includes('CSeq: 2 BYE') || /CSeq: \d+ BYE/.test(text)).length >= 4 &&
          trace
        );
      },
      { what: 'the whole call in the trace' },
    );
    /** Each message once, however often it was sent. */
    const told = (leg: string) => {
      const own = messages.filter((one) => one.leg === leg);
      const first = own.filter(({ text }, index) => own.findIndex((other) => other.text === text) === index);
      return first.map(({ direction, text }) => `${direction} ${firstLine(text).replace(/sip:\S+/, '…')}`);
    };
    expect(told('caller')).toEqual([
      'in INVITE … SIP/2.0',
      'out SIP/2.0 100 Trying',
      'out SIP/2.0 200 OK',
      'in ACK … SIP/2.0',
      'in BYE … SIP/2.0',
      'out SIP/2.0 200 OK',
    ]);
    expect(told('callee')).toEqual([
      'out INVITE … SIP/2.0',
      'in SIP/2.0 200 OK',
      'out ACK … SIP/2.0',
      'out BYE … SIP/2.0',
      'in SIP/2.0 200 OK',
    ]);
    expect(messages[0]).toMatchObject({ transport, remote: { address: '127.0.0.1' }, local: { port: place.port } });
    if (transport === 'udp') expect(messages[0]?.remote.port).toBe(alice.place.port);
    expect(JSON.stringify(messages)).not.toMatch(/secret|c2VjcmV0/);
    expect(messages[0]?.text).toContain('username="u", realm="r"');
    expect(messages[0]?.text).toContain('a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:***');

    const ofCall = () =>
      captured.filter(({ text }) => text.includes(callIdOf(invite)) || text.includes(callIdOf(legB)));
    const unique = (texts: readonly { readonly text: string }[]) => [...new Set(texts.map(({ text }) => text))].sort();
    await waitUntil(() => unique(ofCall()).length >= unique(messages).length, {
      what: 'all messages at the collector',
    });
    expect(faults).toEqual([]);
    expect(unique(ofCall())).toEqual(unique(messages));
    const inviteB = ofCall().find(({ text }) => text.startsWith('INVITE') && text.includes(callIdOf(legB)));
    expect(inviteB).toMatchObject({
      family: 2,
      protocol: 17,
      source: `127.0.0.1:${server.port}`,
      destination: `127.0.0.1:${bob.place.port}`,
    });
    expect(ofCall().find(({ text }) => text.startsWith('INVITE'))?.protocol).toBe(transport === 'udp' ? 17 : 6);
    expect(Math.abs((inviteB?.at_s ?? 0) - Math.floor(messages[0]?.at ?? 0) / 1_000)).toBeLessThan(60);
  });
});

describe('the trace', () => {
  onOurs(WHY)('is for those who have the token', async () => {
    for (const wrong of [undefined, 'Bearer guess', `Bearer ${TOKEN}x`, TOKEN]) {
      expect((await ask('x', wrong)).status).toBe(401);
    }
    expect((await ask('', `Bearer ${TOKEN}`)).status).toBe(400);
    expect(await traceOf('nobody knows this one')).toEqual({ messages: [] });
  });
});

import { createSocket, type Socket } from 'node:dgram';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterAll, beforeAll, expect } from 'vitest';
import { type BarePeer, freshRequest, openPeer, type Place } from './sip-server-peer.ts';
import { on } from './sip-server-sample.ts';
import { type Application, onOurs, startTarget, T1_MS, type Target } from './sip-server-target.ts';

const WHY = 'drachtio-server reads banned addresses from a Redis set, every 300 s at best';

let target: Target;
let app: Application;
let server: Place;
let honest: BarePeer;
let scanner: Socket;
const heard: string[] = [];
/** What the application puts on its refusals. */
let ban: Record<string, string> = {};

beforeAll(async () => {
  target = await startTarget(T1_MS);
  server = await target.sip('udp');
  app = await target.application([], (srf) =>
    on(srf, 'options', (req, res) => {
      const isHonest = req.source_address === '127.0.0.1';
      res.send(isHonest ? 200 : 403, isHonest ? {} : { headers: ban });
    }),
  );
  honest = await openPeer('udp', server);
  scanner = createSocket('udp4').on('message', (bytes) => void heard.push(bytes.toString()));
  // The server answers from the address that it listens on.
  await new Promise<void>((resolve) => scanner.bind(0, '127.0.0.77', resolve));
});
afterAll(async () => {
  app?.close();
  await honest?.close();
  await new Promise<void>((resolve) => scanner.close(() => resolve()));
  await target?.stop();
});

let count = 0;

/** An OPTIONS of the scanner, once: its Call-ID. */
function knock(): string {
  count += 1;
  const { port } = scanner.address();
  const call_id = `knock-${process.pid}-${count}@test`;
  const lines = [
    `OPTIONS sip:${server.host}:${server.port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.77:${port};branch=z9hG4bKknock${count}`,
    'Max-Forwards: 70',
    `From: <sip:x@127.0.0.77>;tag=${count}`,
    `To: <sip:${server.host}>`,
    `Call-ID: ${call_id}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ];
  scanner.send(`${lines.join('\r\n')}\r\n\r\n`, server.port, server.host);
  return call_id;
}

const answerTo = (call_id: string): string | undefined => heard.find((text) => text.includes(call_id));

async function answered(): Promise<string> {
  const call_id = knock();
  return waitUntil(() => answerTo(call_id), { what: 'an answer to the scanner' });
}

/** Until the honest one has its answer: by then one to the scanner would be there too. */
async function honestIsAnswered(): Promise<void> {
  const request = freshRequest(honest, 'OPTIONS', `sip:${server.host}:${server.port}`);
  honest.send(request);
  await honest.response(200, 'OPTIONS');
}

/** The value of a metric that has no labels of its own. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${target.pages}/metrics`)).text();
  return Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

onOurs(WHY)(
  'an application has a source banned with a refusal: nothing of it is taken until the ban is over',
  async () => {
    await waitUntil(async () => / 403 /.test(await answered()), { what: 'the route of the application' });
    // What cannot be read bans nobody.
    for (const nonsense of ['', '0', '-1', '1e3', 'for ever']) {
      ban = { 'Trunkline-Ban': nonsense };
      expect(await answered()).toContain(' 403 ');
    }
    expect(await metric('trunkline_sip_banned_sources')).toBe(0);

    ban = { 'Trunkline-Ban': '5' };
    const last = await answered();
    expect(last).toContain(' 403 ');
    expect(last.toLowerCase()).not.toContain('trunkline-ban');
    expect(await metric('trunkline_sip_banned_sources')).toBe(1);
    expect(await metric('trunkline_sip_bans_total')).toBe(1);
    ban = {};
    const ignored = [knock(), knock(), knock()];
    await honestIsAnswered();
    await waitUntil(
      async () =>
        /messages_dropped_total\{reason="banned source"[^}]*\} [1-9]/.test(
          await (await fetch(`${target.pages}/metrics`)).text(),
        ),
      { what: 'what the scanner sends to be dropped' },
    );
    expect(ignored.some((call_id) => answerTo(call_id) !== undefined)).toBe(false);

    await waitUntil(async () => (await metric('trunkline_sip_banned_sources')) === 0, { what: 'the ban to be over' });
    expect(await answered()).toContain(' 403 ');
  },
);

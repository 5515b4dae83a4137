import { createSocket } from 'node:dgram';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { createLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { parseMessage } from '@trunkline/sip/parse-message';
import { salvageVia } from '@trunkline/sip/via';
import { createSipServer } from '@trunkline/sip-server/sip-server';
import { waitUntil } from '@trunkline/testkit/wait-until';
import Srf from 'drachtio-srf';

/** The senders' address: their Vias have names of nobody, so answers come to it, to the port that Via says. */
const CLIENT = '127.44.75.1';
/** Milliseconds. */
const T1 = 40;
const OTHERS = ['register', 'options', 'message', 'bye', 'subscribe'] as const;
/** The method of good requests; none of the messages has it. */
const PROBE = 'SUBSCRIBE';

export interface Observed {
  /** Status codes in order, each retransmission left out. */
  readonly answers: readonly number[];
  /** Methods that the application was given. */
  readonly delivered: readonly string[];
}

/** Sends one datagram to a server with an application, and tells what became of it; then a good request has to be answered. */
export async function torture(bytes: Buffer): Promise<Observed> {
  const server = await startServer();
  const delivered: string[] = [];
  const srf = await startApplication(server.control_port, delivered);
  const client = await openClient(bytes, server.sip_port);
  try {
    client.send(bytes);
    await client.probe('after the message');
    // What the application answered was sent before its answer to the probe; another round sees that no more comes.
    await client.probe('at the end');
    return { answers: client.answers(), delivered: delivered.filter((method) => method !== PROBE) };
  } finally {
    await client.close();
    srf.disconnect();
    await server.stop();
  }
}

async function startServer(): Promise<{ sip_port: number; control_port: number; stop(): Promise<void> }> {
  const server = createSipServer({
    listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }],
    control: { host: '127.0.0.1', port: 0 },
    secret: 'torture',
    timers: { t1_ms: T1, t2_ms: 8 * T1, t4_ms: 10 * T1 },
    clock: systemClock,
    ids: randomIds,
    logger: createLogger({ name: 'torture', level: 'silent' }),
    metrics: createMetrics({ service: 'torture', process: false }),
    defer: setImmediate,
  });
  await server.start();
  const sip_port = server.transports[0]?.local.port ?? 0;
  return { sip_port, control_port: server.control_port, stop: () => server.stop() };
}

/** A user agent that takes SDP and nothing else, and registrations with credentials or without. */
async function startApplication(port: number, delivered: string[]): Promise<Srf> {
  const srf = new Srf();
  let connected = false;
  srf.on('connect', () => {
    connected = true;
  });
  srf.on('error', () => {});
  const handle = (req: Srf.SrfRequest, res: Srf.SrfResponse): void => {
    delivered.push(req.method);
    const { status, headers } = judge(req);
    res.send(status, { headers });
  };
  srf.invite(handle);
  // What the type declarations of drachtio-srf leave out.
  const methods = srf as unknown as Record<(typeof OTHERS)[number], (handler: typeof handle) => void>;
  for (const method of OTHERS) methods[method](handle);
  void srf.connect({ host: '127.0.0.1', port, secret: 'torture' });
  await waitUntil(() => connected, { what: 'the application to be connected' });
  return srf;
}

function judge(req: Srf.SrfRequest): { status: number; headers: Record<string, string> } {
  const sdp = 'application/sdp';
  if (req.method === 'REGISTER' && req.has('Authorization') && !req.get('Authorization').startsWith('Digest')) {
    return { status: 401, headers: { 'WWW-Authenticate': 'Digest realm="torture", nonce="1"' } };
  }
  if (req.method !== 'INVITE') return { status: 200, headers: {} };
  if (req.get('Content-Type') !== sdp) return { status: 415, headers: { Accept: sdp } };
  return { status: req.has('Accept') && !req.get('Accept').includes(sdp) ? 406 : 486, headers: {} };
}

interface Client {
  send(bytes: Buffer): void;
  answers(): readonly number[];
  /** Resolves when a good request of its own was answered by the application. */
  probe(what: string): Promise<void>;
  close(): Promise<void>;
}

async function openClient(bytes: Buffer, server_port: number): Promise<Client> {
  const socket = createSocket('udp4');
  const text = bytes.toString('latin1');
  const [, top = ''] = /\r\nv(?:ia)?[ \t]*:([^;\r]*)/i.exec(text) ?? [];
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(salvageVia(top.trim())?.port ?? 5060, CLIENT, resolve);
  });
  const received: { status: number; call_id: string; text: string }[] = [];
  const seen = new Set<string>();
  socket.on('message', (answer) => {
    const result = parseMessage(answer);
    const status = Number(/^SIP\/2\.0 (\d{3}) /.exec(answer.toString('latin1'))?.[1]);
    const call_id = result.ok ? (result.message.headers.get('call-id') ?? '') : '';
    if (seen.has(answer.toString('latin1'))) return;
    seen.add(answer.toString('latin1'));
    received.push({ status, call_id, text: answer.toString('latin1') });
  });
  let probes = 0;
  const send = (datagram: Buffer): void => socket.send(datagram, server_port, '127.0.0.1');
  return {
    send,
    answers: () => received.filter(({ call_id }) => !call_id.startsWith('probe-')).map(({ status }) => status),
    async probe(what) {
      probes += 1;
      const id = `probe-${probes}`;
      send(Buffer.from(probe(id)));
      await waitUntil(() => received.some(({ call_id, status }) => call_id === id && status === 200), {
        what: `the answer to a good request ${what}`,
        found: () => received.map((one) => one.text).join('\n'),
      });
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

const probe = (id: string): string =>
  [
    `${PROBE} sip:probe@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP ${CLIENT};rport;branch=z9hG4bK${id}`,
    'Max-Forwards: 70',
    'From: <sip:probe@example.com>;tag=1',
    'To: <sip:probe@example.com>',
    `Call-ID: ${id}`,
    `CSeq: 1 ${PROBE}`,
    'Event: presence',
    `Contact: <sip:probe@${CLIENT}>`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

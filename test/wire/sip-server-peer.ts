import { createSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import { createResponse } from '@trunkline/sip/create-response';
import { formatMessage } from '@trunkline/sip/format-message';
import { Headers } from '@trunkline/sip/headers';
import { type SipMessage, type SipRequest, type SipResponse, sipRequest } from '@trunkline/sip/message';
import { parseNameAddr } from '@trunkline/sip/name-addr';
import { parseMessage } from '@trunkline/sip/parse-message';
import { StreamFramer } from '@trunkline/sip/stream-framer';
import { waitUntil } from '@trunkline/testkit/wait-until';

export interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * A party that does nothing by itself: a test says every message, so that it can send them in orders that no good user agent
 * would, and leave out what one must not.
 */
export interface BarePeer {
  readonly transport: 'udp' | 'tcp';
  readonly place: Place;
  readonly uri: string;
  /** Everything that arrived, oldest first. */
  readonly received: readonly SipMessage[];
  send(message: SipMessage): void;
  /** The next message that fits and was not given before. */
  take<T extends SipMessage>(
    what: string,
    fits: (message: SipMessage) => message is T,
    deadline_ms?: number,
  ): Promise<T>;
  request(method: string, deadline_ms?: number): Promise<SipRequest>;
  response(status: number, method?: string, deadline_ms?: number): Promise<SipResponse>;
  close(): Promise<void>;
}

interface Wire {
  readonly place: Place;
  write(bytes: Buffer): void;
  close(): Promise<void>;
}

export async function openPeer(transport: 'udp' | 'tcp', server: Place): Promise<BarePeer> {
  const received: SipMessage[] = [];
  const taken = new Set<SipMessage>();
  const receive = (bytes: Buffer): void => {
    const result = parseMessage(bytes);
    if (!result.ok) throw new Error(`the server sent what cannot be read: ${result.reason}`);
    received.push(result.message);
  };
  const wire = await (transport === 'udp' ? openUdp(server, receive) : openTcp(server, receive));
  const { place } = wire;
  const take: BarePeer['take'] = async (what, fits, deadline_ms) => {
    const found = await waitUntil(() => received.filter((one) => !taken.has(one)).find(fits), {
      what,
      ...(deadline_ms === undefined ? {} : { deadline_ms }),
      found: () => received.map((one) => (one.kind === 'request' ? one.method : String(one.status))).join(' '),
    });
    taken.add(found);
    return found;
  };
  return {
    transport,
    place,
    uri: `sip:peer@${place.host}:${place.port}${transport === 'tcp' ? ';transport=tcp' : ''}`,
    received,
    send: (message) => wire.write(formatMessage(message)),
    take,
    request: (method, deadline_ms) =>
      take(method, (one): one is SipRequest => one.kind === 'request' && one.method === method, deadline_ms),
    response: (status, method = '', deadline_ms = undefined) =>
      take(
        `${status} ${method}`,
        (one): one is SipResponse =>
          one.kind === 'response' && one.status === status && (one.headers.get('cseq') ?? '').endsWith(method),
        deadline_ms,
      ),
    close: () => wire.close(),
  };
}

async function openUdp(server: Place, receive: (bytes: Buffer) => void): Promise<Wire> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  socket.on('message', receive);
  let last: Promise<void> = Promise.resolve();
  return {
    place: { host: '127.0.0.1', port: socket.address().port },
    write: (bytes) => {
      last = new Promise((resolve) => socket.send(bytes, server.port, server.host, () => resolve()));
    },
    // What was said last still has to leave.
    close: () => last.then(() => new Promise((resolve) => socket.close(() => resolve()))),
  };
}

/** Listens, and answers on the connection that was used last. */
async function openTcp(server: Place, receive: (bytes: Buffer) => void): Promise<Wire> {
  const sockets: Socket[] = [];
  const add = (socket: Socket): Socket => {
    const framer = new StreamFramer();
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      for (const framed of framer.push(chunk)) if (framed.kind === 'message') receive(framed.bytes);
    });
    return socket;
  };
  const listener = createServer(add);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address !== 'object') throw new Error('no port was bound');
  return {
    place: { host: '127.0.0.1', port: address.port },
    write: (bytes) => {
      const open = sockets.findLast((socket) => !socket.destroyed) ?? add(connect(server.port, server.host));
      open.write(bytes);
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        listener.close(() => resolve());
      }),
  };
}

export const SDP = (port: number): string =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n`;

let count = 0;

/** A request outside a dialog, complete but for what the test adds. */
export function freshRequest(
  peer: BarePeer,
  method: string,
  uri: string,
  more: { readonly headers?: Iterable<readonly [string, string]>; readonly body?: string } = {},
): SipRequest {
  count += 1;
  const { host, port } = peer.place;
  const headers = Headers.of([
    ['Via', `SIP/2.0/${peer.transport.toUpperCase()} ${host}:${port};branch=z9hG4bKtest${process.pid}x${count}`],
    ['Max-Forwards', '70'],
    ['From', `<${peer.uri}>;tag=from${count}`],
    ['To', `<${uri}>`],
    ['Call-ID', `call-${process.pid}-${count}@test`],
    ['CSeq', `1 ${method}`],
    ['Contact', `<${peer.uri}>`],
    ...(more.headers ?? []),
  ]);
  if (more.body !== undefined) headers.append('Content-Type', 'application/sdp');
  return sipRequest(method, uri, headers, more.body);
}

/** A request that follows `first` inside the dialog that `answer` opened; ACK and CANCEL keep the CSeq number. */
export function followUp(
  first: SipRequest,
  answer: SipResponse,
  method: string,
  cseq: number,
  more: { readonly headers?: Iterable<readonly [string, string]>; readonly body?: string } = {},
): SipRequest {
  count += 1;
  const via = (first.headers.get('via') ?? '').replace(/branch=.*/, `branch=z9hG4bKtest${process.pid}x${count}`);
  const contact = parseNameAddr(answer.headers.get('contact') ?? '');
  const headers = Headers.of([
    ['Via', via],
    ['Max-Forwards', '70'],
    ['From', first.headers.get('from') ?? ''],
    ['To', answer.headers.get('to') ?? ''],
    ['Call-ID', first.headers.get('call-id') ?? ''],
    ['CSeq', `${cseq} ${method}`],
    ['Contact', first.headers.get('contact') ?? ''],
    ...(more.headers ?? []),
  ]);
  if (more.body !== undefined) headers.append('Content-Type', 'application/sdp');
  return sipRequest(method, contact.ok ? contact.value.uri : first.uri, headers, more.body);
}

/** A request of the party that answered `invite` with `answer`. */
export function callback(
  peer: BarePeer,
  invite: SipRequest,
  answer: SipResponse,
  method: string,
  cseq: number,
): SipRequest {
  count += 1;
  const { host, port } = peer.place;
  const contact = parseNameAddr(invite.headers.get('contact') ?? '');
  const headers = Headers.of([
    ['Via', `SIP/2.0/${peer.transport.toUpperCase()} ${host}:${port};branch=z9hG4bKtest${process.pid}x${count}`],
    ['Max-Forwards', '70'],
    ['From', answer.headers.get('to') ?? ''],
    ['To', invite.headers.get('from') ?? ''],
    ['Call-ID', invite.headers.get('call-id') ?? ''],
    ['CSeq', `${cseq} ${method}`],
  ]);
  return sipRequest(method, contact.ok ? contact.value.uri : invite.uri, headers);
}

/** RFC 3261 §9.1. */
export function cancelOf(invite: SipRequest): SipRequest {
  const headers = new Headers();
  for (const name of ['Via', 'Max-Forwards', 'From', 'To', 'Call-ID'])
    headers.append(name, invite.headers.get(name) ?? '');
  headers.append('CSeq', `${Number.parseInt(invite.headers.get('cseq') ?? '1', 10)} CANCEL`);
  return sipRequest('CANCEL', invite.uri, headers);
}

/** RFC 3261 §17.1.1.3. */
export function ackOfFailure(invite: SipRequest, answer: SipResponse): SipRequest {
  const ack = cancelOf(invite);
  const number = Number.parseInt(invite.headers.get('cseq') ?? '1', 10);
  ack.headers.set('CSeq', `${number} ACK`).set('To', answer.headers.get('to') ?? '');
  return { ...ack, method: 'ACK' };
}

/** A response of the peer, with its Contact. */
export function reply(
  peer: BarePeer,
  request: SipRequest,
  status: number,
  more: {
    readonly tag?: string;
    readonly headers?: readonly (readonly [string, string])[];
    readonly body?: string;
  } = {},
): SipResponse {
  const headers: (readonly [string, string])[] = [['Contact', `<${peer.uri}>`], ...(more.headers ?? [])];
  if (more.body !== undefined) headers.push(['Content-Type', 'application/sdp']);
  const toTag = more.tag ?? `tag${request.headers.get('cseq')?.replace(/\W/g, '')}`;
  const response = createResponse(request, status, {
    toTag,
    headers,
    ...(more.body === undefined ? {} : { body: more.body }),
  });
  peer.send(response);
  return response;
}

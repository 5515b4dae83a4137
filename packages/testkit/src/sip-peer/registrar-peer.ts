import { createSocket } from 'node:dgram';
import type { Clock } from '@trunkline/runtime/clock';
import { createResponse } from '@trunkline/sip/create-response';
import { formatMessage } from '@trunkline/sip/format-message';
import type { SipRequest } from '@trunkline/sip/message';
import { parseMessage } from '@trunkline/sip/parse-message';

/** One request that a registrar received, retransmissions included. */
export interface SeenRequest {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  readonly call_id: string;
  /** User part of the Contact; empty when there is none. */
  readonly contact_user: string;
  /** Seconds of the Expires header; null when there is none. */
  readonly expires: number | null;
  readonly has_credentials: boolean;
}

export interface RegistrarReply {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: Iterable<readonly [string, string]>;
}

export interface RegistrarPeer {
  readonly address: string;
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  /** Answers from now on; null is silence. Requests that are retransmitted are asked again. */
  onRequest(answer: (request: SipRequest, seen: SeenRequest) => RegistrarReply | null): void;
  close(): Promise<void>;
}

/** More is a load that this peer is not made for. */
const maxSeen = 1_000_000;
const receiveBuffer_bytes = 4 * 1_024 * 1_024;

/** 200 to everything, with the binding that was asked for. */
export function acceptAll({ headers }: SipRequest): RegistrarReply {
  const contact = headers.get('contact');
  const expires = headers.get('expires');
  const fields: [string, string][] = contact === undefined ? [] : [['Contact', contact]];
  if (expires !== undefined) fields.push(['Expires', expires]);
  return { status: 200, reason: 'OK', headers: fields };
}

/** A carrier's registrar over UDP for tests and load: answers each REGISTER and OPTIONS as it is told, and remembers all of them. */
export async function createRegistrarPeer(parts: {
  readonly clock: Clock;
  readonly address: string;
  readonly port?: number;
}): Promise<RegistrarPeer> {
  const { clock, address } = parts;
  const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: receiveBuffer_bytes });
  const seen: SeenRequest[] = [];
  let answer: (request: SipRequest, seen: SeenRequest) => RegistrarReply | null = acceptAll;
  socket.on('message', (bytes, from) => {
    const parsed = parseMessage(bytes);
    if (!parsed.ok || parsed.message.kind !== 'request') return;
    const request = parsed.message;
    const entry = seenOf(request, clock.now());
    if (seen.length < maxSeen) seen.push(entry);
    const reply = answer(request, entry);
    if (reply === null) return;
    const more = { toTag: 'registrar', headers: reply.headers ?? [], ...(reply.reason && { reason: reply.reason }) };
    // RFC 3581 §4: to where it came from.
    socket.send(formatMessage(createResponse(request, reply.status, more)), from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(parts.port ?? 0, address, resolve);
  });
  return {
    address,
    port: socket.address().port,
    seen,
    onRequest(next) {
      answer = next;
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function seenOf({ method, headers }: SipRequest, at: number): SeenRequest {
  const expires = headers.get('expires');
  return {
    at,
    method,
    call_id: headers.get('call-id') ?? '',
    contact_user: /<?sip:([^@]*)@/.exec(headers.get('contact') ?? '')?.[1] ?? '',
    expires: expires === undefined ? null : Number(expires),
    has_credentials: headers.has('authorization') || headers.has('proxy-authorization'),
  };
}

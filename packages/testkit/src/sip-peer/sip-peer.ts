import type { Clock } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import { createResponse } from '@trunkline/sip/create-response';
import { Headers } from '@trunkline/sip/headers';
import { formatHost } from '@trunkline/sip/host-port';
import { type SipRequest, type SipResponse, sipRequest } from '@trunkline/sip/message';
import { tagOf } from '@trunkline/sip/name-addr';
import type { CallInside } from './call.ts';
import { type Challenging, challengeHeader, checkRequest } from './challenge.ts';
import { type Deferred, deferred } from './deferred.ts';
import { type IncomingCall, type IncomingInside, receiveCall } from './incoming-call.ts';
import type { MessageLog } from './message-log.ts';
import { type Dial, type OutgoingCall, type OutgoingParts, placeCall } from './outgoing-call.ts';
import { type Remote, remoteOf } from './remote.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { PeerTls } from './sip-socket.ts';
import { createTransactionLayer, type TransactionLayer } from './transaction-layer.ts';

const maxWaitingCalls = 1_000;

export interface SipPeerParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly address: string;
  /** 0 or absent: any that is free for UDP and TCP. */
  readonly port?: number;
  /** Speaks TLS too, on a port of its own. */
  readonly tls?: PeerTls;
  /** User part of the Contact. */
  readonly name: string;
  /** Challenge every INVITE and REGISTER from outside a dialog; wrong credentials are answered 403. */
  readonly challenging?: Challenging;
}

/** A SIP user agent on real sockets, for tests and demonstrations: does exactly what it is told, and logs every message. */
export interface SipPeer {
  readonly address: string;
  readonly port: number;
  /** 0 without TLS. */
  readonly tls_port: number;
  readonly log: MessageLog;
  /** `sip:<user>@<our address>:<our port>` */
  uri(user: string): string;
  call(dial: Dial): OutgoingCall;
  /** The next INVITE that arrives and is not being handled by a script. */
  nextCall(): Promise<IncomingCall>;
  /** Handles every INVITE from now on. */
  onCall(script: (call: IncomingCall) => void): void;
  /** A request outside a dialog, such as OPTIONS; undefined when no final response came. */
  request(method: string, to: string, headers?: Iterable<readonly [string, string]>): Promise<SipResponse | undefined>;
  /** Calls that are up. */
  liveCalls(): number;
  close(): Promise<void>;
}

function dialogKey(request: SipRequest): string {
  return `${request.headers.get('call-id')} ${tagOf(request.headers.get('to') ?? '')}`;
}

/** RFC 3261 §10.3 step 8, for a registrar that grants what is asked and keeps nothing. */
function granted({ headers }: SipRequest): [string, string][] {
  const fields: [string, string][] = [];
  for (const name of ['contact', 'expires'] as const) {
    const value = headers.get(name);
    if (value !== undefined) fields.push([name === 'contact' ? 'Contact' : 'Expires', value]);
  }
  return fields;
}

/** Binds its sockets. Rejects when the address cannot be bound. */
export async function createSipPeer(parts: SipPeerParts): Promise<SipPeer> {
  const peer: Peer = new Peer(
    parts,
    await createTransactionLayer({
      ...parts,
      onRequest: (transaction, from) => peer.receiveRequest(transaction, from),
      onAck: (ack) => peer.receiveAck(ack),
      onCancel: (invite) => peer.unanswered(invite)?.cancel(),
      onUnacknowledged: (invite) => peer.unanswered(invite)?.unacknowledged(),
    }),
  );
  return peer;
}

class Peer implements SipPeer {
  readonly #parts: SipPeerParts;
  readonly #layer: TransactionLayer;
  readonly #calls = new Map<string, CallInside>();
  readonly #ringing = new Map<string, IncomingInside>();
  readonly #waiting: IncomingCall[] = [];
  readonly #wanted: Deferred<IncomingCall>[] = [];
  readonly #nonces = new Set<string>();
  #script: (call: IncomingCall) => void = (call) => this.#queue(call);

  constructor(parts: SipPeerParts, layer: TransactionLayer) {
    this.#parts = parts;
    this.#layer = layer;
  }

  get address(): string {
    return this.#layer.address;
  }

  get port(): number {
    return this.#layer.port;
  }

  get tls_port(): number {
    return this.#layer.tls_port;
  }

  get log(): MessageLog {
    return this.#layer.log;
  }

  uri(user: string): string {
    return `sip:${user}@${formatHost(this.address)}:${this.port}`;
  }

  call(dial: Dial): OutgoingCall {
    const remote = dial.next_hop ?? remoteOf(dial.to);
    if (remote === undefined) throw new Error(`${dial.to} has no address to send to`);
    return placeCall(dial, { ids: this.#parts.ids, remote, ...this.#callParts(remote) });
  }

  async nextCall(): Promise<IncomingCall> {
    const call = this.#waiting.shift();
    if (call !== undefined) return call;
    const taker: Deferred<IncomingCall> = deferred();
    this.#wanted.push(taker);
    return taker.promise;
  }

  onCall(script: (call: IncomingCall) => void): void {
    this.#script = script;
  }

  request(
    method: string,
    to: string,
    headers: Iterable<readonly [string, string]> = [],
  ): Promise<SipResponse | undefined> {
    const { ids, name } = this.#parts;
    const done: Deferred<SipResponse | undefined> = deferred();
    const remote = remoteOf(to);
    if (remote === undefined) throw new Error(`${to} has no address to send to`);
    const fields = Headers.of([
      ['Max-Forwards', '70'],
      ['From', `<${this.uri(name)}>;tag=${ids.hex(6)}`],
      ['To', `<${to}>`],
      ['Call-ID', `${ids.hex(12)}@${this.address}`],
      ['CSeq', `1 ${method}`],
      ['Contact', this.#contactFor(remote)],
    ]);
    for (const [field, value] of headers) fields.set(field, value);
    this.#layer.request(sipRequest(method, to, fields), remote, {
      onResponse: (response) => {
        if (response.status >= 200) done.resolve(response);
      },
      onTimeout: () => done.resolve(undefined),
    });
    return done.promise;
  }

  liveCalls(): number {
    return this.#calls.size;
  }

  close(): Promise<void> {
    return this.#layer.close();
  }

  receiveAck(ack: SipRequest): void {
    const key = dialogKey(ack);
    this.#ringing.get(key)?.acknowledge(ack);
    this.#calls.get(key)?.acknowledge(ack);
    this.#ringing.delete(key);
  }

  receiveRequest(transaction: ServerTransaction, from: Remote): void {
    const { request } = transaction;
    if (tagOf(request.headers.get('to') ?? '') !== undefined) {
      const call = this.#calls.get(dialogKey(request));
      if (call === undefined) transaction.respond(createResponse(request, 481));
      else call.receive(transaction);
    } else if (request.method === 'INVITE') {
      if (this.#admits(transaction)) this.#ring(transaction, from);
    } else if (request.method === 'REGISTER' && this.#parts.challenging !== undefined) {
      if (!this.#admits(transaction)) return;
      const toTag = this.#parts.ids.hex(6);
      transaction.respond(createResponse(request, 200, { toTag, headers: granted(request) }));
    } else {
      const status = request.method === 'OPTIONS' ? 200 : 405;
      transaction.respond(createResponse(request, status, { toTag: this.#parts.ids.hex(6) }));
    }
  }

  unanswered(invite: ServerTransaction): IncomingInside | undefined {
    return [...this.#ringing.values()].find(({ transaction }) => transaction === invite);
  }

  #ring(transaction: ServerTransaction, from: Remote): void {
    const localTag = this.#parts.ids.hex(6);
    const call = receiveCall({ transaction, from, localTag, ...this.#callParts(from) });
    this.#ringing.set(`${call.callId} ${localTag}`, call);
    this.#script(call);
  }

  /** Without a script: to who waits for a call, else kept for who will. */
  #queue(call: IncomingCall): void {
    const taker = this.#wanted.shift();
    if (taker !== undefined) taker.resolve(call);
    else if (this.#waiting.length < maxWaitingCalls) this.#waiting.push(call);
    else call.refuse(503);
  }

  #callParts(remote: Remote): Pick<OutgoingParts, 'layer' | 'contact' | 'onAnswered' | 'onEnd'> {
    const key = (call: CallInside): string => `${call.callId} ${call.dialog.localTag}`;
    return {
      layer: this.#layer,
      contact: this.#contactFor(remote),
      onAnswered: (call) => void this.#calls.set(key(call), call),
      onEnd: (call) => void this.#calls.delete(key(call)),
    };
  }

  #contactFor({ transport }: Remote): string {
    const { name } = this.#parts;
    if (transport === 'tls') return `<sip:${name}@${formatHost(this.address)}:${this.tls_port};transport=tls>`;
    const uri = this.uri(name);
    return transport === 'tcp' ? `<${uri};transport=tcp>` : `<${uri}>`;
  }

  /** Challenges what has no credentials, refuses what has wrong ones. */
  #admits({ request, respond }: ServerTransaction): boolean {
    const { challenging, ids } = this.#parts;
    if (challenging === undefined) return true;
    const state = checkRequest(request, challenging, this.#nonces);
    if (state === 'good') return true;
    const toTag = ids.hex(6);
    if (state === 'wrong') {
      respond(createResponse(request, 403, { toTag }));
      return false;
    }
    const nonce = ids.hex(16);
    this.#nonces.add(nonce);
    respond(createResponse(request, challenging.status, { toTag, headers: [challengeHeader(challenging, nonce)] }));
    return false;
  }
}

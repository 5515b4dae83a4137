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
import { type Dial, type OutgoingCall, placeCall } from './outgoing-call.ts';
import { type Remote, remoteOf } from './remote.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { createTransactionLayer } from './transaction-layer.ts';

const maxWaitingCalls = 1_000;

export interface SipPeerParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly address: string;
  /** 0 or absent: any that is free for UDP and TCP. */
  readonly port?: number;
  /** User part of the Contact. */
  readonly name: string;
  /** Challenge every INVITE from outside a dialog; wrong credentials are answered 403. */
  readonly challenging?: Challenging;
}

/** A SIP user agent on real sockets, for tests and demonstrations: does exactly what it is told, and logs every message. */
export interface SipPeer {
  readonly address: string;
  readonly port: number;
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

/** Binds its sockets. Rejects when the address cannot be bound. */
export async function createSipPeer(parts: SipPeerParts): Promise<SipPeer> {
  const { ids, name, challenging } = parts;
  const calls = new Map<string, CallInside>();
  const ringing = new Map<string, IncomingInside>();
  const waiting: IncomingCall[] = [];
  const wanted: Deferred<IncomingCall>[] = [];
  const nonces = new Set<string>();
  let script = (call: IncomingCall): void => {
    const taker = wanted.shift();
    if (taker !== undefined) taker.resolve(call);
    else if (waiting.length < maxWaitingCalls) waiting.push(call);
    else call.refuse(503);
  };

  const layer = await createTransactionLayer({
    ...parts,
    onRequest,
    onAck(ack) {
      const key = dialogKey(ack);
      ringing.get(key)?.acknowledge(ack);
      calls.get(key)?.acknowledge(ack);
      ringing.delete(key);
    },
    onCancel: (invite) => callOf(invite)?.cancel(),
    onUnacknowledged: (invite) => callOf(invite)?.unacknowledged(),
  });
  const uri = (user: string): string => `sip:${user}@${formatHost(layer.address)}:${layer.port}`;
  const contactFor = (remote: Remote): string =>
    remote.transport === 'tcp' ? `<${uri(name)};transport=tcp>` : `<${uri(name)}>`;
  const callOf = (invite: ServerTransaction): IncomingInside | undefined =>
    [...ringing.values()].find(({ transaction }) => transaction === invite);
  const keep = (call: CallInside): void => void calls.set(`${call.callId} ${call.dialog.localTag}`, call);
  const drop = (call: CallInside): void => void calls.delete(`${call.callId} ${call.dialog.localTag}`);

  function admits({ request, respond }: ServerTransaction): boolean {
    if (challenging === undefined) return true;
    const state = checkRequest(request, challenging, nonces);
    if (state === 'good') return true;
    if (state === 'wrong') respond(createResponse(request, 403, { toTag: ids.hex(6) }));
    else {
      const nonce = ids.hex(16);
      nonces.add(nonce);
      const headers = [challengeHeader(challenging, nonce)];
      respond(createResponse(request, challenging.status, { toTag: ids.hex(6), headers }));
    }
    return false;
  }

  function onRequest(transaction: ServerTransaction, from: Remote): void {
    const { request } = transaction;
    if (tagOf(request.headers.get('to') ?? '') !== undefined) {
      const call = calls.get(dialogKey(request));
      if (call === undefined) transaction.respond(createResponse(request, 481));
      else call.receive(transaction);
    } else if (request.method === 'INVITE') {
      if (!admits(transaction)) return;
      const localTag = ids.hex(6);
      const contact = contactFor(from);
      const call = receiveCall({ layer, transaction, from, localTag, contact, onAnswered: keep, onEnd: drop });
      ringing.set(`${call.callId} ${localTag}`, call);
      script(call);
    } else {
      transaction.respond(createResponse(request, request.method === 'OPTIONS' ? 200 : 405, { toTag: ids.hex(6) }));
    }
  }

  return {
    address: layer.address,
    port: layer.port,
    log: layer.log,
    uri,
    call(dial) {
      const remote = dial.next_hop ?? remoteOf(dial.to);
      if (remote === undefined) throw new Error(`${dial.to} has no address to send to`);
      return placeCall(dial, { layer, ids, contact: contactFor(remote), remote, onAnswered: keep, onEnd: drop });
    },
    async nextCall() {
      const call = waiting.shift();
      if (call !== undefined) return call;
      const taker: Deferred<IncomingCall> = deferred();
      wanted.push(taker);
      return taker.promise;
    },
    onCall(next) {
      script = next;
    },
    request(method, to, headers = []) {
      const done: Deferred<SipResponse | undefined> = deferred();
      const remote = remoteOf(to);
      if (remote === undefined) throw new Error(`${to} has no address to send to`);
      const fields = Headers.of([
        ['Max-Forwards', '70'],
        ['From', `<${uri(name)}>;tag=${ids.hex(6)}`],
        ['To', `<${to}>`],
        ['Call-ID', `${ids.hex(12)}@${layer.address}`],
        ['CSeq', `1 ${method}`],
        ['Contact', contactFor(remote)],
      ]);
      for (const [field, value] of headers) fields.set(field, value);
      layer.request(sipRequest(method, to, fields), remote, {
        onResponse: (response) => {
          if (response.status >= 200) done.resolve(response);
        },
        onTimeout: () => done.resolve(undefined),
      });
      return done.promise;
    },
    liveCalls: () => calls.size,
    close: () => layer.close(),
  };
}

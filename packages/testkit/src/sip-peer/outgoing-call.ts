import type { Ids } from '@trunkline/runtime/ids';
import { Headers } from '@trunkline/sip/headers';
import { type SipRequest, type SipResponse, sipRequest } from '@trunkline/sip/message';
import { type CallInside, createCall, type PeerCall } from './call.ts';
import { authorization, type Credentials } from './challenge.ts';
import { type Deferred, deferred } from './deferred.ts';
import { callerDialog, cseqOf, nextHop, requestInDialog } from './dialog.ts';
import type { Remote } from './remote.ts';
import type { TransactionLayer } from './transaction-layer.ts';

export interface Dial {
  /** Request-URI and To. */
  readonly to: string;
  readonly from: string;
  /** Empty: the far end is to make the offer (RFC 3261 §13.2.1). */
  readonly sdp: string;
  /** What the ACK says to the offer in the 200, where `sdp` is empty. */
  readonly answers?: (offer: string) => string;
  /** Where the INVITE is sent; the Request-URI's host when absent. */
  readonly next_hop?: Remote;
  /** To answer 401 and 407 with, once. */
  readonly credentials?: Credentials;
  readonly headers?: Iterable<readonly [string, string]>;
}

/** An INVITE that a peer sends, and what becomes of it. */
export interface OutgoingCall {
  readonly callId: string;
  /** The first response above 100 that is not final. */
  readonly ringing: Promise<SipResponse>;
  /** The final response, after a challenge was answered; undefined when none came in time. */
  readonly final: Promise<SipResponse | undefined>;
  /** The call, once it is answered with 2xx and acknowledged; undefined when it is not to be. */
  readonly answered: Promise<PeerCall | undefined>;
  cancel(): void;
}

export interface OutgoingParts {
  readonly layer: TransactionLayer;
  readonly ids: Ids;
  readonly contact: string;
  readonly remote: Remote;
  onAnswered(call: CallInside): void;
  onEnd(call: CallInside): void;
}

function firstInvite({ to, from, sdp, headers = [] }: Dial, ids: Ids, contact: string, host: string): SipRequest {
  const fields = Headers.of([
    ['Max-Forwards', '70'],
    ['From', `<${from}>;tag=${ids.hex(6)}`],
    ['To', `<${to}>`],
    ['Call-ID', `${ids.hex(12)}@${host}`],
    ['CSeq', '1 INVITE'],
    ['Contact', contact],
    ['Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE'],
  ]);
  if (sdp !== '') fields.append('Content-Type', 'application/sdp');
  for (const [name, value] of headers) fields.set(name, value);
  return sipRequest('INVITE', to, fields, sdp);
}

function withCredentials(invite: SipRequest, header: readonly [string, string]): SipRequest {
  const headers = invite.headers
    .clone()
    .set('CSeq', `${cseqOf(invite) + 1} INVITE`)
    .set(header[0], header[1]);
  return { ...invite, headers };
}

export function placeCall(dial: Dial, parts: OutgoingParts): OutgoingCall {
  return new Outgoing(dial, parts);
}

class Outgoing implements OutgoingCall {
  readonly callId: string;
  readonly #dial: Dial;
  readonly #parts: OutgoingParts;
  readonly #ringing: Deferred<SipResponse> = deferred();
  readonly #final: Deferred<SipResponse | undefined> = deferred();
  readonly #answered: Deferred<PeerCall | undefined> = deferred();
  /** As sent last, with its Via: what a CANCEL is made of. */
  #sent: SipRequest;
  #challenged = false;
  /** The body of every ACK. */
  #answer: string | undefined;
  #call: CallInside | undefined;

  constructor(dial: Dial, parts: OutgoingParts) {
    this.#dial = dial;
    this.#parts = parts;
    const invite = firstInvite(dial, parts.ids, parts.contact, parts.layer.address);
    this.callId = invite.headers.get('call-id') ?? '';
    this.#sent = invite;
    this.#send(invite);
  }

  get ringing(): Promise<SipResponse> {
    return this.#ringing.promise;
  }

  get final(): Promise<SipResponse | undefined> {
    return this.#final.promise;
  }

  get answered(): Promise<PeerCall | undefined> {
    return this.#answered.promise;
  }

  cancel(): void {
    this.#parts.layer.cancel(this.#sent, this.#parts.remote);
  }

  /** The Via belongs to each transaction: `invite` has none. */
  #send(invite: SipRequest): void {
    const { layer, remote } = this.#parts;
    const transaction = layer.request(invite, remote, {
      onResponse: (response) => this.#receive(invite, response),
      onTimeout: () => this.#finish(undefined),
    });
    this.#sent = transaction.request;
  }

  #receive(invite: SipRequest, response: SipResponse): void {
    if (response.status > 100 && response.status < 200) this.#ringing.resolve(response);
    if (response.status < 200) return;
    const header = this.#answerTo(invite, response);
    if (header !== undefined) {
      this.#send(withCredentials(invite, header));
      return;
    }
    if (response.status < 300) this.#acknowledge(invite, response);
    this.#finish(response);
  }

  /** Credentials for a challenge, the first time one comes. */
  #answerTo(invite: SipRequest, response: SipResponse): readonly [string, string] | undefined {
    const { credentials } = this.#dial;
    const challenge = response.status === 401 || response.status === 407;
    if (!challenge || credentials === undefined || this.#challenged) return undefined;
    this.#challenged = true;
    return authorization(response, invite, credentials, this.#parts.ids.hex(8));
  }

  #acknowledge(invite: SipRequest, response: SipResponse): void {
    const { layer, remote, contact, onAnswered, onEnd } = this.#parts;
    const dialog = this.#call?.dialog ?? callerDialog(invite, response, remote);
    this.#answer ??= this.#dial.sdp === '' ? (this.#dial.answers?.(response.body.toString()) ?? '') : '';
    const ack = requestInDialog(dialog, 'ACK', cseqOf(invite), this.#answer);
    // RFC 3261 §22.1: an ACK carries the credentials of its INVITE.
    for (const name of ['authorization', 'proxy-authorization']) {
      const value = invite.headers.get(name);
      if (value !== undefined) ack.headers.append(name, value);
    }
    layer.sendAck(ack, nextHop(dialog));
    if (this.#call !== undefined) return;
    const sdp = { localSdp: this.#dial.sdp || this.#answer, remoteSdp: response.body.toString() };
    const call = createCall({ layer, dialog, contact, ...sdp, onEnd: () => onEnd(call) });
    this.#call = call;
    onAnswered(call);
  }

  #finish(response: SipResponse | undefined): void {
    this.#final.resolve(response);
    this.#answered.resolve(this.#call);
  }
}

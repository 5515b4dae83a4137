import { createResponse } from '@trunkline/sip/create-response';
import type { SipRequest, SipResponse } from '@trunkline/sip/message';
import { type Deferred, deferred } from './deferred.ts';
import { cseqOf, type Dialog, nextHop, requestInDialog } from './dialog.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { TransactionLayer } from './transaction-layer.ts';

export interface CallEnd {
  readonly by: 'us' | 'them';
  /** Value of their Reason header (RFC 3326). */
  readonly reason: string | undefined;
}

/** What an established call of a peer can do, on whichever side it began. */
export interface PeerCall {
  readonly callId: string;
  readonly dialog: Dialog;
  /** Session description that they sent last; empty when none. */
  remoteSdp(): string;
  /** Resolves with the final status of the BYE; 408 when nobody answered it. */
  hangUp(reason?: string): Promise<number>;
  /** Offers another description in the dialog; ACKs what is answered. Resolves with the final response, or undefined when none came. */
  reinvite(sdp: string): Promise<SipResponse | undefined>;
  /** The same without an offer: theirs comes in the 200, and the ACK says what `answers` makes of it (RFC 3261 §14.2). */
  askForOffer(answers: (offer: string) => string): Promise<SipResponse | undefined>;
  /** Any other request in the dialog, such as INFO or UPDATE. */
  request(method: string, more?: { headers?: Iterable<readonly [string, string]>; body?: string }): Promise<number>;
  /** How to answer their re-INVITE: a description, or a status to refuse with. Until it is set: our description as it is. */
  onReinvite(answer: (sdp: string) => string | number): void;
  readonly ended: Promise<CallEnd>;
}

/** The layer's view of a call: what arrives for it. */
export interface CallInside extends PeerCall {
  receive(transaction: ServerTransaction): void;
  acknowledge(ack: SipRequest): void;
}

export interface CallParts {
  readonly layer: TransactionLayer;
  readonly dialog: Dialog;
  readonly contact: string;
  readonly localSdp: string;
  readonly remoteSdp: string;
  onEnd(): void;
}

/** Said for a request that nobody answered. */
const noAnswer = 408;

function pairs(sdp: string, contact: string): [string, string][] {
  const headers: [string, string][] = [['Contact', contact]];
  return sdp === '' ? headers : [...headers, ['Content-Type', 'application/sdp']];
}

/** An offer that comes again gets the same answer. */
function memorised(answers: (offer: string) => string): (offer: string) => string {
  let answer: string | undefined;
  return (offer) => {
    answer ??= answers(offer);
    return answer;
  };
}

export function createCall(parts: CallParts): CallInside {
  return new Call(parts);
}

class Call implements CallInside {
  readonly dialog: Dialog;
  readonly #parts: CallParts;
  readonly #ended: Deferred<CallEnd> = deferred();
  #localSdp: string;
  #remoteSdp: string;
  #answerReinvite: (sdp: string) => string | number = () => this.#localSdp;
  #unacknowledged: ServerTransaction | undefined;

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.dialog = parts.dialog;
    this.#localSdp = parts.localSdp;
    this.#remoteSdp = parts.remoteSdp;
  }

  get callId(): string {
    return this.dialog.callId;
  }

  get ended(): Promise<CallEnd> {
    return this.#ended.promise;
  }

  remoteSdp(): string {
    return this.#remoteSdp;
  }

  onReinvite(answer: (sdp: string) => string | number): void {
    this.#answerReinvite = answer;
  }

  async hangUp(reason?: string): Promise<number> {
    const bye = requestInDialog(this.dialog, 'BYE', ++this.dialog.localCSeq);
    if (reason !== undefined) bye.headers.append('Reason', reason);
    const response = await this.#send(bye);
    this.#end('us');
    return response?.status ?? noAnswer;
  }

  async reinvite(sdp: string): Promise<SipResponse | undefined> {
    const invite = requestInDialog(this.dialog, 'INVITE', ++this.dialog.localCSeq, sdp);
    invite.headers.append('Contact', this.#parts.contact);
    const response = await this.#send(invite);
    if (response === undefined || response.status >= 300) return response;
    this.#localSdp = sdp;
    this.#remoteSdp = response.body.toString() || this.#remoteSdp;
    return response;
  }

  async askForOffer(answers: (offer: string) => string): Promise<SipResponse | undefined> {
    const invite = requestInDialog(this.dialog, 'INVITE', ++this.dialog.localCSeq);
    invite.headers.append('Contact', this.#parts.contact);
    const answer = memorised(answers);
    const response = await this.#send(invite, answer);
    if (response === undefined || response.status >= 300) return response;
    this.#remoteSdp = response.body.toString();
    this.#localSdp = answer(this.#remoteSdp);
    return response;
  }

  async request(
    method: string,
    { headers = [], body = '' }: { headers?: Iterable<readonly [string, string]>; body?: string } = {},
  ): Promise<number> {
    const request = requestInDialog(this.dialog, method, ++this.dialog.localCSeq, body);
    for (const [name, value] of headers) request.headers.set(name, value);
    return (await this.#send(request))?.status ?? noAnswer;
  }

  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (request.method === 'INVITE') {
      this.#receiveReinvite(transaction);
      return;
    }
    transaction.respond(createResponse(request, 200));
    if (request.method === 'BYE') this.#end('them', request.headers.get('reason'));
  }

  acknowledge(ack: SipRequest): void {
    this.#unacknowledged?.acknowledge();
    this.#unacknowledged = undefined;
    if (ack.body.length > 0) this.#remoteSdp = ack.body.toString();
  }

  #receiveReinvite(transaction: ServerTransaction): void {
    const { request } = transaction;
    const offered = request.body.toString();
    const answer = this.#answerReinvite(offered);
    if (typeof answer === 'number') {
      transaction.respond(createResponse(request, answer));
      return;
    }
    if (offered !== '') this.#remoteSdp = offered;
    this.#localSdp = answer;
    this.#unacknowledged = transaction;
    const headers = pairs(answer, this.#parts.contact);
    transaction.respond(createResponse(request, 200, { headers, body: answer }));
  }

  #end(by: CallEnd['by'], reason?: string): void {
    this.#unacknowledged?.stop();
    this.#ended.resolve({ by, reason });
    this.#parts.onEnd();
  }

  /** Resolves with the final response, undefined when none came; ACKs 2xx to INVITE, each time it comes, with `answer` to it. */
  #send(request: SipRequest, answer: (offer: string) => string = () => ''): Promise<SipResponse | undefined> {
    const { dialog } = this;
    const { layer } = this.#parts;
    const done: Deferred<SipResponse | undefined> = deferred();
    layer.request(request, nextHop(dialog), {
      onResponse(response) {
        if (response.status < 200) return;
        if (request.method === 'INVITE' && response.status < 300) {
          const body = answer(response.body.toString());
          layer.sendAck(requestInDialog(dialog, 'ACK', cseqOf(request), body), nextHop(dialog));
        }
        done.resolve(response);
      },
      onTimeout: () => done.resolve(undefined),
    });
    return done.promise;
  }
}

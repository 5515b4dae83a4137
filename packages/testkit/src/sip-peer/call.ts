import { createResponse } from '@trunkline/sip/create-response';
import type { SipRequest, SipResponse } from '@trunkline/sip/message';
import { type Deferred, deferred } from './deferred.ts';
import { type Dialog, nextHop, requestInDialog } from './dialog.ts';
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

function pairs(sdp: string, contact: string): [string, string][] {
  const headers: [string, string][] = [['Contact', contact]];
  return sdp === '' ? headers : [...headers, ['Content-Type', 'application/sdp']];
}

export function createCall(parts: CallParts): CallInside {
  const { layer, dialog, contact } = parts;
  const ended: Deferred<CallEnd> = deferred();
  let localSdp = parts.localSdp;
  let remoteSdp = parts.remoteSdp;
  let answerReinvite = (_sdp: string): string | number => localSdp;
  let unacknowledged: ServerTransaction | undefined;

  function end(by: CallEnd['by'], reason?: string): void {
    unacknowledged?.stop();
    ended.resolve({ by, reason });
    parts.onEnd();
  }

  function send(request: SipRequest): Promise<SipResponse | undefined> {
    const done: Deferred<SipResponse | undefined> = deferred();
    layer.request(request, nextHop(dialog), {
      onResponse(response) {
        if (response.status < 200) return;
        if (request.method === 'INVITE' && response.status < 300) {
          layer.sendAck(
            requestInDialog(dialog, 'ACK', Number.parseInt(request.headers.get('cseq') ?? '', 10)),
            nextHop(dialog),
          );
        }
        done.resolve(response);
      },
      onTimeout: () => done.resolve(undefined),
    });
    return done.promise;
  }

  function receiveReinvite(transaction: ServerTransaction): void {
    const { request } = transaction;
    const offered = request.body.toString();
    const answer = answerReinvite(offered);
    if (typeof answer === 'number') {
      transaction.respond(createResponse(request, answer));
      return;
    }
    if (offered !== '') remoteSdp = offered;
    localSdp = answer;
    unacknowledged = transaction;
    transaction.respond(createResponse(request, 200, { headers: pairs(answer, contact), body: answer }));
  }

  return {
    callId: dialog.callId,
    dialog,
    remoteSdp: () => remoteSdp,
    async hangUp(reason) {
      const bye = requestInDialog(dialog, 'BYE', ++dialog.localCSeq);
      if (reason !== undefined) bye.headers.append('Reason', reason);
      const response = await send(bye);
      end('us');
      return response?.status ?? 408;
    },
    async reinvite(sdp) {
      const invite = requestInDialog(dialog, 'INVITE', ++dialog.localCSeq, sdp);
      invite.headers.append('Contact', contact);
      const response = await send(invite);
      if (response === undefined || response.status >= 300) return response;
      localSdp = sdp;
      remoteSdp = response.body.toString() || remoteSdp;
      return response;
    },
    async request(method, { headers = [], body = '' } = {}) {
      const request = requestInDialog(dialog, method, ++dialog.localCSeq, body);
      for (const [name, value] of headers) request.headers.set(name, value);
      return (await send(request))?.status ?? 408;
    },
    onReinvite(answer) {
      answerReinvite = answer;
    },
    ended: ended.promise,
    receive(transaction) {
      const { request } = transaction;
      if (request.method === 'INVITE') {
        receiveReinvite(transaction);
        return;
      }
      transaction.respond(createResponse(request, 200));
      if (request.method === 'BYE') end('them', request.headers.get('reason'));
    },
    acknowledge(ack) {
      unacknowledged?.acknowledge();
      unacknowledged = undefined;
      if (ack.body.length > 0) remoteSdp = ack.body.toString();
    },
  };
}

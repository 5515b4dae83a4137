import { createResponse } from '@trunkline/sip/create-response';
import type { SipRequest } from '@trunkline/sip/message';
import { type CallInside, createCall, type PeerCall } from './call.ts';
import { type Deferred, deferred } from './deferred.ts';
import { calleeDialog } from './dialog.ts';
import type { Remote } from './remote.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { TransactionLayer } from './transaction-layer.ts';

/** An INVITE that a peer received and has not answered yet. */
export interface IncomingCall {
  readonly request: SipRequest;
  readonly callId: string;
  readonly from: Remote;
  readonly offer: string;
  /** 180, or another provisional status, with a description for early media. */
  ring(status?: number, sdp?: string): void;
  /** 200. Resolves with the call when the ACK has come, undefined when it never came. */
  answer(sdp: string): Promise<PeerCall | undefined>;
  refuse(status: number, headers?: Iterable<readonly [string, string]>): void;
  /** Resolves when the caller cancelled; 487 has been sent then. */
  readonly cancelled: Promise<void>;
}

export interface IncomingInside extends IncomingCall {
  readonly transaction: ServerTransaction;
  cancel(): void;
  acknowledge(ack: SipRequest): void;
  unacknowledged(): void;
}

export interface IncomingParts {
  readonly layer: TransactionLayer;
  readonly transaction: ServerTransaction;
  readonly from: Remote;
  readonly localTag: string;
  readonly contact: string;
  onAnswered(call: CallInside): void;
  onEnd(call: CallInside): void;
}

export function receiveCall(parts: IncomingParts): IncomingInside {
  const { layer, transaction, from, localTag: toTag, contact } = parts;
  const { request } = transaction;
  const cancelled: Deferred<void> = deferred();
  const acknowledged: Deferred<PeerCall | undefined> = deferred();
  let call: CallInside | undefined;

  let over = false;

  function respond(status: number, sdp = '', headers: Iterable<readonly [string, string]> = []): void {
    // A script may still be about to ring or answer when the caller has given up.
    if (over) return;
    const content: [string, string][] = sdp === '' ? [] : [['Content-Type', 'application/sdp']];
    const all: [string, string][] = [['Contact', contact], ...content];
    for (const [name, value] of headers) all.push([name, value]);
    transaction.respond(createResponse(request, status, { toTag, headers: all, body: sdp }));
  }

  return {
    request,
    callId: request.headers.get('call-id') ?? '',
    from,
    offer: request.body.toString(),
    transaction,
    ring: (status = 180, sdp = '') => respond(status, sdp),
    answer(sdp) {
      if (over) return acknowledged.promise;
      const made = createCall({
        layer,
        dialog: calleeDialog(request, toTag, from),
        contact,
        localSdp: sdp,
        remoteSdp: request.body.toString(),
        onEnd: () => parts.onEnd(made),
      });
      call = made;
      parts.onAnswered(made);
      respond(200, sdp);
      return acknowledged.promise;
    },
    refuse: (status, headers) => respond(status, '', headers),
    cancelled: cancelled.promise,
    cancel() {
      respond(487);
      over = true;
      acknowledged.resolve(undefined);
      cancelled.resolve();
    },
    acknowledge(ack) {
      transaction.acknowledge();
      call?.acknowledge(ack);
      acknowledged.resolve(call);
    },
    unacknowledged: () => acknowledged.resolve(undefined),
  };
}

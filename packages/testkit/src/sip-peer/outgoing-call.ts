import type { Ids } from '@trunkline/runtime/ids';
import { Headers } from '@trunkline/sip/headers';
import { type SipRequest, type SipResponse, sipRequest } from '@trunkline/sip/message';
import { type CallInside, createCall, type PeerCall } from './call.ts';
import { authorization, type Credentials } from './challenge.ts';
import { type Deferred, deferred } from './deferred.ts';
import { callerDialog, nextHop, requestInDialog } from './dialog.ts';
import type { Remote } from './remote.ts';
import type { TransactionLayer } from './transaction-layer.ts';

export interface Dial {
  /** Request-URI and To. */
  readonly to: string;
  readonly from: string;
  readonly sdp: string;
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
  const number = Number.parseInt(invite.headers.get('cseq') ?? '1', 10) + 1;
  const headers = invite.headers.clone().set('CSeq', `${number} INVITE`).set(header[0], header[1]);
  return { ...invite, headers };
}

export function placeCall(dial: Dial, parts: OutgoingParts): OutgoingCall {
  const { layer, ids, contact, remote } = parts;
  const ringing: Deferred<SipResponse> = deferred();
  const final: Deferred<SipResponse | undefined> = deferred();
  const answered: Deferred<PeerCall | undefined> = deferred();
  const invite = firstInvite(dial, ids, contact, layer.address);
  let sent: SipRequest = invite;
  let challenged = false;
  let call: CallInside | undefined;

  function finish(response: SipResponse | undefined): void {
    final.resolve(response);
    answered.resolve(call);
  }

  function acknowledge(request: SipRequest, response: SipResponse): void {
    const dialog = call?.dialog ?? callerDialog(request, response, remote);
    const ack = requestInDialog(dialog, 'ACK', Number.parseInt(request.headers.get('cseq') ?? '', 10));
    for (const name of ['authorization', 'proxy-authorization']) {
      const value = request.headers.get(name);
      if (value !== undefined) ack.headers.append(name, value);
    }
    layer.sendAck(ack, nextHop(dialog));
    if (call !== undefined) return;
    const made = createCall({
      layer,
      dialog,
      contact,
      localSdp: dial.sdp,
      remoteSdp: response.body.toString(),
      onEnd: () => parts.onEnd(made),
    });
    call = made;
    parts.onAnswered(made);
  }

  function send(request: SipRequest): void {
    const transaction = layer.request(request, remote, {
      onResponse(response) {
        if (response.status > 100 && response.status < 200) ringing.resolve(response);
        if (response.status < 200) return;
        const retry = response.status === 401 || response.status === 407;
        if (retry && dial.credentials !== undefined && !challenged) {
          challenged = true;
          const header = authorization(response, request, dial.credentials, ids.hex(8));
          if (header !== undefined) {
            send(withCredentials(request, header));
            return;
          }
        }
        if (response.status < 300) acknowledge(request, response);
        finish(response);
      },
      onTimeout: () => finish(undefined),
    });
    sent = transaction.request;
  }

  // The Via belongs to each transaction, so what is kept and sent again has none.
  send(invite);
  return {
    callId: invite.headers.get('call-id') ?? '',
    ringing: ringing.promise,
    final: final.promise,
    answered: answered.promise,
    cancel: () => layer.cancel(sent, remote),
  };
}

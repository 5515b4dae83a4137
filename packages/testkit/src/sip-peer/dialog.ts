import { Headers } from '@trunkline/sip/headers';
import { type SipRequest, type SipResponse, sipRequest } from '@trunkline/sip/message';
import { parseNameAddr, tagOf } from '@trunkline/sip/name-addr';
import { parseUri } from '@trunkline/sip/uri';
import { type Remote, remoteOf } from './remote.ts';

/** RFC 3261 §12: what one side knows of a dialog. */
export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From and To as we write them, with tags. */
  readonly local: string;
  readonly remote: string;
  target: string;
  readonly routes: readonly string[];
  localCSeq: number;
  /** Where messages go when the target's host is no address. */
  readonly peer: Remote;
}

function uriIn(value: string | undefined): string | undefined {
  const parsed = parseNameAddr(value ?? '');
  return parsed.ok ? parsed.value.uri : undefined;
}

/** The number in the CSeq of a message. */
export function cseqOf(message: SipRequest | SipResponse): number {
  return Number.parseInt(message.headers.get('cseq') ?? '', 10);
}

/** §12.1.2: the caller's side, from its INVITE and a response with a To tag. */
export function callerDialog(invite: SipRequest, response: SipResponse, peer: Remote): Dialog {
  const local = invite.headers.get('from') ?? '';
  const remote = response.headers.get('to') ?? '';
  return {
    callId: invite.headers.get('call-id') ?? '',
    localTag: tagOf(local) ?? '',
    remoteTag: tagOf(remote) ?? '',
    local,
    remote,
    target: uriIn(response.headers.list('contact')[0]) ?? invite.uri,
    routes: response.headers.list('record-route').reverse(),
    localCSeq: cseqOf(invite),
    peer,
  };
}

/** §12.1.1: the callee's side, from the INVITE it received and the tag it answers with. */
export function calleeDialog(invite: SipRequest, localTag: string, peer: Remote): Dialog {
  const remote = invite.headers.get('from') ?? '';
  return {
    callId: invite.headers.get('call-id') ?? '',
    localTag,
    remoteTag: tagOf(remote) ?? '',
    local: `${invite.headers.get('to') ?? ''};tag=${localTag}`,
    remote,
    target: uriIn(invite.headers.list('contact')[0]) ?? uriIn(remote) ?? '',
    routes: invite.headers.list('record-route'),
    localCSeq: 0,
    peer,
  };
}

/** §12.2.1.1, for loose routers; ACK takes the number of its INVITE. Without Via and Contact. */
export function requestInDialog(dialog: Dialog, method: string, cseq: number, body = ''): SipRequest {
  const headers = Headers.of([
    ['Max-Forwards', '70'],
    ...dialog.routes.map((route): [string, string] => ['Route', route]),
    ['From', dialog.local],
    ['To', dialog.remote],
    ['Call-ID', dialog.callId],
    ['CSeq', `${cseq} ${method}`],
  ]);
  if (body !== '') headers.append('Content-Type', 'application/sdp');
  return sipRequest(method, dialog.target, headers, body);
}

/** The first route, else the target, else where the dialog began; over the transport it began with unless the URI says another. */
export function nextHop(dialog: Dialog): Remote {
  const uri = uriIn(dialog.routes[0]) ?? dialog.target;
  const parsed = parseUri(uri);
  const remote = remoteOf(uri);
  if (!parsed.ok || remote === undefined || !/^[0-9.]+$|:/.test(remote.address)) return dialog.peer;
  return parsed.value.parameters.has('transport') ? remote : { ...remote, transport: dialog.peer.transport };
}

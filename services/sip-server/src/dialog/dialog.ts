import type { Timer } from '@trunkline/runtime/clock';
import { NO_BODY, type SipResponse } from '@trunkline/sip/message';
import { parseNameAddr } from '@trunkline/sip/name-addr';
import { parseUri } from '@trunkline/sip/uri';
import type { Application } from '../control/application.ts';
import type { Arrival } from '../transaction/arrival.ts';
import type { OutgoingRequest } from '../transaction/outgoing-request.ts';
import type { Endpoint } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';
import { isNatted } from './is-natted.ts';
import type { SessionTerms } from './session-terms.ts';

/** RFC 3261 §12: the state of one dialog. Only `DialogStore` and the files of `user-agent/` change it. */
export interface Dialog {
  /** Name towards applications: the same in both roles, without the To tag. */
  readonly id: string;
  readonly role: 'uas' | 'uac';
  /** What opened it: a call, or a subscription (RFC 6665 §4.4). */
  readonly usage: 'invite' | 'subscribe';
  /** The Event of a subscription, `''` for a call. */
  readonly event: string;
  readonly call_id: string;
  readonly local_tag: string;
  readonly remote_tag: string;
  /** From value of our requests, with our tag. */
  readonly local: string;
  /** To value of our requests, with their tag. */
  readonly remote: string;
  /** Whose it is: another connection of the same application takes it over when this one is lost. */
  app: Application;
  phase: 'early' | 'confirmed' | 'terminated';
  local_cseq: number;
  remote_cseq: number;
  /** Values for Route, in order. */
  readonly route_set: readonly string[];
  remote_target: string;
  /** Began with a SIPS URI: every request in it goes over TLS, whatever the Contact says (RFC 3261 §26.2.2, RFC 5630 §4). */
  readonly secure: boolean;
  /** How the peer was met: in-dialog requests use it where the remote target leads nowhere better. */
  readonly met: Flow;
  /** The peer's address, where its Contact cannot be reached from here (a private address behind NAT). */
  readonly nat: Endpoint | undefined;
  /** The INVITE of ours whose 2xx the application has to acknowledge, and the ACK once it was sent. */
  unacknowledged: Unacknowledged | undefined;
  /** The peer's INVITE in this dialog that is not finished: no final response, or no ACK yet. */
  remote_invite: RemoteInvite | undefined;
  /** The session timer that runs, and what was agreed. */
  session: { readonly terms: SessionTerms; readonly timer: Timer } | undefined;
  /** Runs until the subscription is over if nobody renews it. */
  subscription: Timer | undefined;
  /** The session description that our side sent last. */
  local_sdp: Buffer;
  /** Whether an INVITE of ours in this dialog has no final response yet. */
  local_invite: boolean;
}

/** What a dialog asks of the INVITE that is going on in it. */
export interface RemoteInvite {
  readonly cseq: number;
  acknowledged(ack: Arrival): void;
  /** A PRACK for it; false when it acknowledges nothing. */
  pracked(prack: Arrival): boolean;
  /** The peer sent BYE before the INVITE was finished. */
  endedByPeer(): void;
}

export interface Unacknowledged {
  readonly cseq: number;
  ack: { readonly bytes: Buffer; readonly flow: Flow } | undefined;
  /** Until when the application may send it. */
  readonly deadline: Timer;
  /** The 2xx crossed our CANCEL: after the ACK comes BYE. */
  readonly to_end: boolean;
}

/** The id that applications know a dialog by: Call-ID and the tag of whoever sent the first request. */
export const dialogId = (call_id: string, from_tag: string): string => `${call_id};from-tag=${from_tag}`;

/** What a message must have to belong to a dialog, RFC 3261 §12. */
export type DialogKey = string & { readonly dialogKey: unique symbol };

export const dialogKey = (call_id: string, local_tag: string, remote_tag: string): DialogKey =>
  `${call_id}\n${local_tag}\n${remote_tag}` as DialogKey;

/** RFC 3261 §12.1.1: the dialog that our response with this tag opens. */
export function openUasDialog(arrival: Arrival, local_tag: string, app: Application): Dialog {
  const { request, call_id, from_tag, cseq, flow } = arrival;
  const { headers } = request;
  const route_set = headers.list('record-route');
  const target = contactUri(headers.get('contact')) ?? request.uri;
  return {
    id: dialogId(call_id, from_tag ?? ''),
    role: 'uas',
    usage: usageOf(request.method),
    event: headers.get('event') ?? '',
    call_id,
    local_tag,
    remote_tag: from_tag ?? '',
    local: `${headers.get('to') ?? ''};tag=${local_tag}`,
    remote: headers.get('from') ?? '',
    app,
    phase: 'early',
    local_cseq: 0,
    remote_cseq: cseq,
    route_set,
    remote_target: target,
    secure: isSips(request.uri),
    met: flow,
    nat: natEndpoint(target, flow, route_set),
    unacknowledged: undefined,
    remote_invite: undefined,
    local_invite: false,
    session: undefined,
    subscription: undefined,
    local_sdp: NO_BODY,
  };
}

/** RFC 3261 §12.1.2: the dialog that a response to our request opens. */
export function openUacDialog(
  request: OutgoingRequest,
  response: SipResponse,
  tags: { readonly local: string; readonly remote: string },
  parts: { readonly app: Application; readonly flow: Flow },
): Dialog {
  const { headers } = response;
  const route_set = headers.list('record-route').reverse();
  const target = contactUri(headers.get('contact')) ?? request.uri;
  return {
    id: dialogId(request.call_id, tags.local),
    role: 'uac',
    usage: usageOf(request.method),
    event: headers.get('event') ?? '',
    call_id: request.call_id,
    local_tag: tags.local,
    remote_tag: tags.remote,
    local: request.from,
    remote: headers.get('to') ?? request.to,
    app: parts.app,
    phase: 'early',
    local_cseq: request.cseq,
    // §12.1.2: empty until the peer sends a request.
    remote_cseq: -1,
    route_set,
    remote_target: target,
    secure: isSips(request.uri),
    met: parts.flow,
    nat: natEndpoint(target, parts.flow, route_set),
    unacknowledged: undefined,
    remote_invite: undefined,
    local_invite: false,
    session: undefined,
    subscription: undefined,
    local_sdp: NO_BODY,
  };
}

const isSips = (uri: string): boolean => /^sips:/i.test(uri);

const usageOf = (method: string): Dialog['usage'] => (method === 'SUBSCRIBE' ? 'subscribe' : 'invite');

/** A record-routing proxy knows the way itself; without one, a Contact from behind NAT means the address it came from. */
function natEndpoint(target: string, met: Flow, route_set: readonly string[]): Endpoint | undefined {
  if (route_set.length > 0) return undefined;
  const uri = parseUri(target);
  return uri.ok && isNatted(uri.value.host, met.remote.address) ? met.remote : undefined;
}

/** The URI of the first Contact, when it can be read. */
export function contactUri(contact: string | undefined): string | undefined {
  if (contact === undefined) return undefined;
  const address = parseNameAddr(contact);
  return address.ok ? address.value.uri : undefined;
}

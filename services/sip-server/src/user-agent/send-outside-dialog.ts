import { toWithTag } from '@trunkline/sip/create-response';
import { parseCSeq } from '@trunkline/sip/cseq';
import type { SipRequest } from '@trunkline/sip/message';
import { parseNameAddr, tagOf } from '@trunkline/sip/name-addr';
import { BRANCH_COOKIE } from '@trunkline/sip/via';
import { localize } from '../compose/application-headers.ts';
import { composeRequest } from '../compose/compose-request.ts';
import { serverFields } from '../compose/server-fields.ts';
import type { ClientUser } from '../transaction/client-transaction.ts';
import type { OutgoingRequest } from '../transaction/outgoing-request.ts';
import { endpointText } from '../transport/endpoint.ts';
import { readTlsWish } from '../transport/tls-wish.ts';
import type { Flow } from '../transport/transport.ts';
import { type Core, newId, newTag } from './core.ts';
import { ownContact } from './own-contact.ts';
import { reach } from './reach.ts';
import type { SendResult } from './send-in-dialog.ts';
import { sendSized } from './send-sized.ts';

const WITH_CONTACT: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER']);

/**
 * Sends a request outside any dialog, RFC 3261 §8.1.1. What the application leaves out is ours: From is our Contact's URI, To
 * the Request-URI, Call-ID and From tag are new, CSeq is 1. Its Route is kept (a pre-loaded route set, RFC 3261 §8.1.2). A promise
 * only when a name has to be looked up.
 */
export function sendOutsideDialog(
  core: Core,
  draft: SipRequest,
  user: ClientUser,
  route: string | undefined,
): SendResult | Promise<SendResult> {
  const routes = draft.headers.list('route');
  const uri = route ?? uriOfRoute(routes[0]) ?? draft.uri;
  const from = draft.headers.get(serverFields.listener) === 'fixed' ? 'fixed' : undefined;
  const wish = draft.headers.get(serverFields.tls);
  const tls = wish === undefined ? undefined : readTlsWish(wish);
  if (wish !== undefined && tls === undefined) return { ok: false, reason: `${serverFields.tls} cannot be read` };
  const reached = reach(core, uri, from, tls);
  const own = { call_id: draft.headers.get('call-id') ?? core.ids.hex(16), tag: newTag(core) };
  const compose = (flow: Flow): OutgoingRequest | undefined => composeFresh(core, draft, flow, own);
  if (reached instanceof Promise) {
    return reached.then((found) => (found.ok ? sendSized(core, found, { draft, uri, compose, user }) : found));
  }
  return reached.ok ? sendSized(core, reached, { draft, uri, compose, user }) : reached;
}

function uriOfRoute(value: string | undefined): string | undefined {
  const address = value === undefined ? undefined : parseNameAddr(value);
  return address?.ok === true ? address.value.uri : undefined;
}

function composeFresh(
  core: Core,
  draft: SipRequest,
  flow: Flow,
  own: { readonly call_id: string; readonly tag: string },
): OutgoingRequest | undefined {
  const { headers, method } = draft;
  const local = core.transports.of(flow)?.advertised ?? flow.local;
  const host_port = endpointText(local);
  const contact = ownContact(flow.transport, local, draft.uri);
  const from = localize(headers.get('from') ?? contact, host_port);
  // An application that sends a challenged request again brings its Call-ID, From tag and CSeq.
  const cseq = parseCSeq(headers.get('cseq') ?? '');
  return composeRequest(draft, {
    uri: draft.uri,
    branch: BRANCH_COOKIE + newId(core),
    via_transport: flow.transport.toUpperCase(),
    host_port,
    from: tagOf(from) === undefined ? toWithTag(from, own.tag) : from,
    to: localize(headers.get('to') ?? `<${draft.uri}>`, host_port),
    call_id: own.call_id,
    cseq: cseq.ok ? cseq.value.number : 1,
    routes: draft.headers.list('route'),
    contact: WITH_CONTACT.has(method) ? contact : undefined,
  });
}

import type { SipRequest } from '@trunkline/sip/message';
import { BRANCH_COOKIE } from '@trunkline/sip/via';
import { composeRequest } from '../compose/compose-request.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { routeRequest } from '../dialog/route-request.ts';
import type { ClientTransaction, ClientUser } from '../transaction/client-transaction.ts';
import type { OutgoingRequest } from '../transaction/outgoing-request.ts';
import { endpointText } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';
import { type Core, newId } from './core.ts';
import { ownContact } from './own-contact.ts';
import { reach, reachInDialog } from './reach.ts';
import { type ComposeFor, sendOver, type Way } from './send-over.ts';

export type SendResult =
  | {
      readonly ok: true;
      readonly request: OutgoingRequest;
      readonly flow: Flow;
      /** Absent for ACK, which has none. */
      readonly transaction: ClientTransaction | undefined;
    }
  | { readonly ok: false; readonly reason: string };

/** Methods that get our Contact when the application gave none. */
const WITH_CONTACT: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'UPDATE', 'NOTIFY']);

/**
 * Sends a request inside a dialog, RFC 3261 §12.2.1.1: Request-URI, Route, tags and CSeq are the dialog's. A Request-URI that
 * is not `placeholder` is taken as the application's wish, except for ACK. A promise only when a name has to be looked up,
 * so that requests leave in the order of the calls.
 */
export function sendInDialog(
  core: Core,
  dialog: Dialog,
  draft: SipRequest,
  user: ClientUser,
  route?: string,
): SendResult | Promise<SendResult> {
  const routing = routeRequest(dialog);
  const ownUri = draft.method !== 'ACK' && draft.uri !== '' && !draft.uri.includes('placeholder');
  const loose = routing.uri === dialog.remote_target;
  const uri = ownUri && loose ? draft.uri : routing.uri;
  const next = routing.routes.length === 0 ? uri : routing.next;
  const reached = route === undefined ? reachInDialog(core, dialog, next) : reach(core, route);
  let cseq: number | undefined;
  const compose = (flow: Flow): OutgoingRequest | undefined => {
    const local = core.transports.of(flow)?.advertised ?? flow.local;
    // Taken when it is sent, and the same for every address that is tried.
    cseq ??= nextCSeq(dialog, draft);
    return composeRequest(draft, {
      uri,
      branch: BRANCH_COOKIE + newId(core),
      via_transport: flow.transport.toUpperCase(),
      host_port: endpointText(local),
      from: dialog.local,
      to: dialog.remote,
      call_id: dialog.call_id,
      cseq,
      routes: routing.routes,
      contact: WITH_CONTACT.has(draft.method) ? ownContact(flow.transport, local, uri) : undefined,
    });
  };
  const send = (way: Way): SendResult =>
    draft.method === 'ACK' ? sendAck(way.flow, compose) : sendOver(core, way, compose, user);
  if (reached instanceof Promise) return reached.then((found) => (found.ok ? send(found) : found));
  return reached.ok ? send(reached) : reached;
}

/** RFC 3261 §13.2.2.4: the ACK of a 2xx is outside every transaction. */
function sendAck(flow: Flow, compose: ComposeFor): SendResult {
  const request = compose(flow);
  if (request === undefined) return { ok: false, reason: 'missing content-type' };
  flow.send(request.bytes, () => {});
  return { ok: true, request, flow, transaction: undefined };
}

/** RFC 3261 §12.2.1.1: one more than the last; an ACK has the number of its INVITE (§13.2.2.4). */
function nextCSeq(dialog: Dialog, draft: SipRequest): number {
  if (draft.method === 'ACK') return dialog.unacknowledged?.cseq ?? dialog.local_cseq;
  dialog.local_cseq += 1;
  return dialog.local_cseq;
}

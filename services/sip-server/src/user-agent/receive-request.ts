import { requestFault } from '@trunkline/sip/request-fault';
import { LEAST_SESSION_S } from '@trunkline/sip/session-expires';
import { composeOwnResponse } from '../compose/compose-response.ts';
import { sessionTooShort } from '../dialog/session-terms.ts';
import type { Arrival } from '../transaction/arrival.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { cdrAttempt } from './cdr.ts';
import { type Core, newId, newTag } from './core.ts';
import { deliverRequest } from './deliver.ts';
import { InboundInvite } from './inbound-invite.ts';
import { InboundRequest } from './inbound-request.ts';
import { subscribingFor } from './outbound-request.ts';
import { passOn, passOnAck } from './proxy/pass-on.ts';
import { receiveInDialog } from './receive-in-dialog.ts';
import { refuseStatelessly, warning } from './refuse-statelessly.ts';

/** Methods that applications may take; another one is 405 (RFC 3261 §8.2.1) unless somebody asked for it. */
const METHODS = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'REGISTER',
  'INFO',
  'MESSAGE',
  'NOTIFY',
  'PRACK',
  'PUBLISH',
  'REFER',
  'SUBSCRIBE',
  'UPDATE',
] as const;
const KNOWN: ReadonlySet<string> = new Set(METHODS);
/** Requests that exist outside a dialog too, so that a tag on To that we do not know is the application's business. */
const OUTSIDE_TOO: ReadonlySet<string> = new Set(['REGISTER', 'MESSAGE', 'NOTIFY', 'PUBLISH', 'SUBSCRIBE']);
/** Requests that mean nothing outside a dialog. */
const INSIDE_ONLY: ReadonlySet<string> = new Set(['BYE', 'PRACK', 'UPDATE']);

/** Seconds, on a 503 of ours: when it is worth trying again. */
export const RETRY_AFTER = 'Retry-After: 5\r\n';

/** RFC 4028 §8.1. */
export const MIN_SE = `Min-SE: ${LEAST_SESSION_S}\r\n`;

/** A request from the network: to its transaction, its dialog, or an application (RFC 3261 §8.2, §9.2, §12.2.2, §17.2.3). */
export function receiveRequest(core: Core, arrival: Arrival): void {
  const { method } = arrival.request;
  const known = core.transactions.findServer(arrival, method);
  if (method === 'ACK') {
    if (known !== undefined) known.acknowledge(arrival);
    receiveAck(core, arrival, known === undefined);
    return;
  }
  if (known !== undefined) {
    known.receive();
    return;
  }
  if (arrival.to_tag === undefined && method !== 'CANCEL' && isTurnedAway(core, arrival)) return;
  const fault = method === 'CANCEL' ? undefined : requestFault(arrival.request);
  if (fault !== undefined) {
    refuseStatelessly(core, arrival.request, arrival.flow, {
      status: fault.status,
      why: fault.reason,
      extra:
        fault.unsupported === undefined ? warning(fault.reason) : `Unsupported: ${fault.unsupported.join(', ')}\r\n`,
    });
    return;
  }
  // Nothing can be promised to a request that we cannot keep a transaction for.
  if (core.transactions.full) return;
  const transaction = core.transactions.createServer(arrival);
  if (method === 'CANCEL') receiveCancel(core, arrival, transaction);
  else if (arrival.to_tag === undefined) receiveFresh(core, arrival, transaction);
  else receiveTagged(core, arrival, transaction, arrival.to_tag);
}

/** Before any work is done for it: scanners hear nothing, and INVITEs that are too many 503, without state (RFC 3261 §21.5.4). */
function isTurnedAway(core: Core, { request, flow }: Arrival): boolean {
  const { gate } = core;
  if (gate.isScanner(request.headers.get('user-agent'))) return true;
  if (request.method !== 'INVITE' || gate.hasRoom()) return false;
  gate.turnedAway();
  refuseStatelessly(core, request, flow, { status: 503, why: 'overload', extra: RETRY_AFTER });
  return true;
}

/** Answers what no dialog and no application takes, and forgets it: a flood of it must not be remembered for 32 s (§8.2.7). */
function turnAway(core: Core, { arrival }: ServerTransaction, status: number, why: string, extra = ''): void {
  core.transactions.forget(arrival);
  refuseStatelessly(core, arrival.request, arrival.flow, { status, why, extra });
}

/** Answers in the server's own name. */
export function refuse(core: Core, transaction: ServerTransaction, status: number, why: string, extra = ''): void {
  core.events.refused(why);
  transaction.respond(status, composeOwnResponse(transaction.arrival, status, newTag(core), extra));
}

/** The ACK of a 2xx is a transaction of its own (RFC 3261 §13.2.2.4): it belongs to the dialog. */
function receiveAck(core: Core, arrival: Arrival, fresh: boolean): void {
  const dialog = core.dialogs.find(arrival.call_id, arrival.to_tag ?? '', arrival.from_tag ?? '');
  if (dialog === undefined) {
    // One with the branch of an INVITE ends here: it was for a refusal (§17.1.1.3).
    if (fresh) passOnAck(core, arrival);
    return;
  }
  const invite = dialog.remote_invite;
  if (invite !== undefined && invite.cseq === arrival.cseq) invite.acknowledged(arrival);
}

/** RFC 3261 §9.2: a CANCEL that matches a transaction is answered with 200, whatever it still can do. */
function receiveCancel(core: Core, arrival: Arrival, transaction: ServerTransaction): void {
  const cancelled = core.transactions.findServer(arrival, 'INVITE');
  if (cancelled === undefined) {
    turnAway(core, transaction, 481, 'nothing to cancel');
    return;
  }
  transaction.respond(200, composeOwnResponse(arrival, 200, newTag(core)));
  cancelled.user?.cancelled(arrival);
}

function receiveTagged(core: Core, arrival: Arrival, transaction: ServerTransaction, to_tag: string): void {
  const dialog = core.dialogs.find(arrival.call_id, to_tag, arrival.from_tag ?? '');
  if (dialog !== undefined) {
    receiveInDialog(core, arrival, transaction, dialog);
    return;
  }
  if (arrival.request.method === 'NOTIFY') {
    const subscribe = subscribingFor(core, arrival.call_id, to_tag);
    if (subscribe?.hold(() => receiveTagged(core, arrival, transaction, to_tag)) === true) return;
  }
  if (passOn(core, arrival, transaction)) return;
  if (OUTSIDE_TOO.has(arrival.request.method)) receiveFresh(core, arrival, transaction);
  // §12.2.2: the dialog was ours and is gone, or never was.
  else turnAway(core, transaction, 481, 'no such dialog');
}

function receiveFresh(core: Core, arrival: Arrival, transaction: ServerTransaction): void {
  const { method } = arrival.request;
  if (INSIDE_ONLY.has(method)) {
    turnAway(core, transaction, 481, 'no such dialog');
    return;
  }
  if (method === 'INVITE' && sessionTooShort(arrival.request.headers)) {
    turnAway(core, transaction, 422, 'session interval too short', MIN_SE);
    return;
  }
  const app = core.routes.pick(method, method === 'INVITE' ? (one) => core.gate.admits(one) : undefined);
  if (app === 'nobody' && !KNOWN.has(method)) {
    turnAway(core, transaction, 405, 'unknown method', `Allow: ${METHODS.join(', ')}\r\n`);
  } else if (app === 'nobody' || app === 'saturated') {
    turnAway(core, transaction, 503, app === 'nobody' ? 'no application' : 'applications saturated', RETRY_AFTER);
  } else if (core.dialogs.full) {
    turnAway(core, transaction, 503, 'too many dialogs', RETRY_AFTER);
  } else {
    const id = newId(core);
    if (method === 'INVITE') {
      sendTrying(transaction);
      cdrAttempt(core, 'network', arrival.request);
      new InboundInvite(core, id, app, transaction);
    } else new InboundRequest(core, id, app, transaction);
    deliverRequest(core, app, arrival, { transaction: id, dialog: '', fresh: true });
  }
}

/** RFC 3261 §8.2.6.1: at once, so that the caller stops sending. */
export function sendTrying(transaction: ServerTransaction): void {
  transaction.respond(100, composeOwnResponse(transaction.arrival, 100, ''));
}

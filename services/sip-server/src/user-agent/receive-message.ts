import type { SipRequest } from '@trunkline/sip/message';
import { parseMessage } from '@trunkline/sip/parse-message';
import { type Arrival, readArrival } from '../transaction/arrival.ts';
import { defaultPort, isReliable } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';
import type { Core } from './core.ts';
import { receiveRequest } from './receive-request.ts';
import { refuseStatelessly, warning } from './refuse-statelessly.ts';

/** What the network brings, if its source is listened to. */
export function receiveMessage(core: Core, bytes: Buffer, flow: Flow): void {
  if (core.gate.takesFrom(flow.remote.address)) handleReceived(core, bytes, flow);
}

/** A message of a source that is listened to: what cannot be read is answered where it can be, else dropped. */
export function handleReceived(core: Core, bytes: Buffer, flow: Flow): void {
  core.watch.seen('in', bytes, flow);
  const result = parseMessage(bytes);
  if (!result.ok) {
    core.events.received('malformed', flow.transport);
    if (result.answerable !== undefined) refuseMalformed(core, result.answerable, flow, result);
    return;
  }
  const { message } = result;
  if (message.kind === 'response') {
    core.events.received(String(message.status), flow.transport);
    core.transactions.receiveResponse(message);
    return;
  }
  core.events.received(message.method, flow.transport);
  const arrival = readArrival(message, flow);
  if (arrival.ok) {
    learnAlias(core, arrival.value);
    receiveRequest(core, arrival.value);
  } else refuseMalformed(core, message, flow, { status: 400, reason: arrival.reason });
}

/** RFC 5923 §5: `alias` in the Via of who opened the connection; what it is reached by is the port of sent-by. */
function learnAlias(core: Core, { via, flow }: Arrival): void {
  if (!isReliable(flow.transport) || !via.parameters.has('alias')) return;
  core.transports.alias(flow, via.port ?? defaultPort(flow.transport));
}

function refuseMalformed(
  core: Core,
  request: SipRequest,
  flow: Flow,
  { status, reason }: { readonly status: number; readonly reason: string },
): void {
  const arrival = readArrival(request, flow);
  const known = arrival.ok ? core.transactions.findServer(arrival.value, request.method) : undefined;
  // What was damaged on its way is no reason to end a transaction that began well.
  if (known !== undefined) known.receive();
  else refuseStatelessly(core, request, flow, { status, why: 'malformed', extra: warning(reason) });
}

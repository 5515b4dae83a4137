import { parseMessage } from '@trunkline/sip/parse-message';
import { composeOwnResponse } from '../compose/compose-response.ts';
import { readArrival } from '../transaction/arrival.ts';
import type { Flow } from '../transport/transport.ts';
import { type Core, newTag } from './core.ts';
import { receiveRequest } from './receive-request.ts';

/** Everything that the network brings: what cannot be read is answered where it can be, else dropped. */
export function receiveMessage(core: Core, bytes: Buffer, flow: Flow): void {
  const result = parseMessage(bytes);
  if (!result.ok) {
    core.events.received('malformed', flow.transport);
    const arrival = result.answerable === undefined ? undefined : readArrival(result.answerable, flow);
    // RFC 3261 §17.1.1.3: an ACK is never answered.
    if (!arrival?.ok || arrival.value.request.method === 'ACK') return;
    const known = core.transactions.findServer(arrival.value, arrival.value.request.method);
    if (known !== undefined) {
      known.receive();
      return;
    }
    const answer = composeOwnResponse(arrival.value, result.status, newTag(core), warning(result.reason));
    core.transactions.createServer(arrival.value).respond(result.status, answer);
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
  // Without a Via that can be read there is no way back.
  if (arrival.ok) receiveRequest(core, arrival.value);
}

/** RFC 3261 §20.43: 399 is for any text that helps. */
const warning = (reason: string): string => `Warning: 399 trunkline "${reason}"\r\n`;

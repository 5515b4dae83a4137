import type { Clock } from '@trunkline/runtime/clock';
import { Headers } from '@trunkline/sip/headers';
import { type SipRequest, type SipResponse, sipRequest } from '@trunkline/sip/message';
import { giveUp_ms, type Repetition, retransmit, t2_ms } from './retransmit.ts';

export interface ClientTransactionParts {
  readonly clock: Clock;
  /** With its own Via on top. */
  readonly request: SipRequest;
  readonly reliable: boolean;
  send(request: SipRequest): void;
  /** Every response, but of repeated ones only 2xx to INVITE: each of those wants an ACK (RFC 3261 §13.2.2.4). */
  onResponse(response: SipResponse): void;
  /** Timer B or F. */
  onTimeout(): void;
}

export interface ClientTransaction {
  readonly request: SipRequest;
  receive(response: SipResponse): void;
  stop(): void;
}

/** RFC 3261 §17.1.1.3: same Request-URI, Via, From, Call-ID and Route as the INVITE, To of the response. */
function ackFor(invite: SipRequest, response: SipResponse): SipRequest {
  const headers = new Headers();
  for (const { name, key, value } of invite.headers) {
    if (key === 'to') headers.append('To', response.headers.get('to') ?? value);
    else if (key === 'cseq') headers.append('CSeq', value.replace('INVITE', 'ACK'));
    else if (['via', 'from', 'call-id', 'route', 'max-forwards'].includes(key)) headers.append(name, value);
  }
  return sipRequest('ACK', invite.uri, headers);
}

/** RFC 3261 §17.1. Sends the request at once. */
export function startClientTransaction(parts: ClientTransactionParts): ClientTransaction {
  const { clock, request, reliable } = parts;
  const isInvite = request.method === 'INVITE';
  let final: SipResponse | undefined;
  const repetition: Repetition = retransmit(clock, {
    send: () => parts.send(request),
    onGiveUp: () => parts.onTimeout(),
    longest_ms: isInvite ? giveUp_ms : t2_ms,
    reliable,
  });
  parts.send(request);
  return {
    request,
    receive(response) {
      // A provisional response keeps a non-INVITE request waiting for its own timer F.
      if (isInvite || response.status >= 200) repetition.stop();
      if (isInvite && response.status >= 300) parts.send(ackFor(request, response));
      const repeated = final !== undefined;
      if (response.status >= 200) final = response;
      if (!repeated || (isInvite && response.status >= 200 && response.status < 300)) parts.onResponse(response);
    },
    stop: () => repetition.stop(),
  };
}

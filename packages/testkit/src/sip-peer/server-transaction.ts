import type { Clock } from '@trunkline/runtime/clock';
import type { SipRequest, SipResponse } from '@trunkline/sip/message';
import { type Repetition, retransmit, t2_ms } from './retransmit.ts';

export interface ServerTransaction {
  readonly request: SipRequest;
  /** The newest response sent. */
  readonly response: SipResponse | undefined;
  /** A final one to INVITE is repeated over UDP until the ACK; 2xx over TCP too (RFC 3261 §13.3.1.4). */
  respond(response: SipResponse): void;
  /** The same request came again. */
  repeat(): void;
  acknowledge(): void;
  stop(): void;
}

export interface ServerTransactionParts {
  readonly clock: Clock;
  readonly request: SipRequest;
  readonly reliable: boolean;
  send(response: SipResponse): void;
  /** Nobody acknowledged the final response to INVITE (timer H). */
  onUnacknowledged(): void;
}

/** RFC 3261 §17.2, with the repetition of 2xx that §13.3.1.4 leaves to the user agent. */
export function startServerTransaction(parts: ServerTransactionParts): ServerTransaction {
  const { clock, request } = parts;
  let last: SipResponse | undefined;
  let repetition: Repetition | undefined;
  const send = (): void => {
    if (last !== undefined) parts.send(last);
  };
  return {
    request,
    get response() {
      return last;
    },
    respond(response) {
      if ((last?.status ?? 0) >= 200)
        throw new Error(`${request.method} already has the final response ${last?.status}`);
      last = response;
      send();
      if (request.method !== 'INVITE' || response.status < 200) return;
      const reliable = parts.reliable && response.status >= 300;
      repetition = retransmit(clock, { send, onGiveUp: parts.onUnacknowledged, longest_ms: t2_ms, reliable });
    },
    repeat: send,
    acknowledge: () => repetition?.stop(),
    stop: () => repetition?.stop(),
  };
}

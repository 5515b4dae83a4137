import type { Arrival } from './arrival.ts';
import type { TimerDurations } from './timer-durations.ts';
import type { TransactionOwner } from './transaction-owner.ts';

/** Who answers the request. */
export interface ServerUser {
  /** An ACK with the INVITE's own branch, after a 2xx (RFC 6026 §7.1). */
  acknowledged(ack: Arrival): void;
  /** A CANCEL for this transaction arrived, and was answered. */
  cancelled(cancel: Arrival): void;
  /** A final response could not be delivered. */
  transportFailed(): void;
}

export interface ServerTransactionParts {
  readonly arrival: Arrival;
  readonly key: string;
  readonly durations: TimerDurations;
  readonly owner: TransactionOwner;
  /** Sends a response the way RFC 3261 §18.2.2 says. */
  readonly send: SendBack;
}

export type SendBack = (bytes: Buffer, failed: (error: Error) => void) => void;

export interface ServerTransaction {
  /** The request, until there is a final response: what lingers after that for retransmissions does not need it, and throws. */
  readonly arrival: Arrival;
  readonly phase: string;
  /** Set by whoever takes the request. */
  user: ServerUser | undefined;
  /** Sends a response made for this request; what comes after a final one is dropped, but for retransmitted 2xx to INVITE. */
  respond(status: number, bytes: Buffer): void;
  /** A retransmission of the request. */
  receive(): void;
  acknowledge(ack: Arrival): void;
}

/** An answered request is nobody's business any more: who asks for it has a fault. */
export function answeredArrival(arrival: Arrival | undefined): Arrival {
  if (arrival === undefined) throw new Error('the transaction has its final response, and no request any more');
  return arrival;
}

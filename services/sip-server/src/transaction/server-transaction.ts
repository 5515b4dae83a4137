import type { Clock } from '@trunkline/runtime/clock';
import type { Arrival } from './arrival.ts';
import type { TimerDurations } from './timer-durations.ts';

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
  readonly durations: TimerDurations;
  readonly clock: Clock;
  /** Sends a response the way RFC 3261 §18.2.2 says. */
  readonly send: (bytes: Buffer, failed: (error: Error) => void) => void;
  /** Called once, when the transaction is terminated. */
  readonly ended: () => void;
  readonly impossible: (phase: string, event: string) => void;
}

export interface ServerTransaction {
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

import type { SipResponse } from '@trunkline/sip/message';
import type { Flow } from '../transport/transport.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { TimerDurations } from './timer-durations.ts';
import type { TransactionOwner } from './transaction-owner.ts';
import type { Tried } from './tried.ts';

/** Who sent the request; each call is about the transaction that it was given to. */
export interface ClientUser {
  /** A provisional response above nothing, or a final one; a 2xx to INVITE may come several times (RFC 6026 §7.2). */
  response(response: SipResponse): void;
  /** Timer B or F: no final response. Nothing follows. */
  timedOut(): void;
  /** The request could not be sent. Nothing follows. */
  transportFailed(): void;
  /** The request went out once more, to another address of its next hop; `tried` says what became of it at the others. */
  moved?(transaction: ClientTransaction, tried: readonly Tried[]): void;
  /** Nobody wants an answer any more: no other address is tried. */
  readonly over?: boolean;
}

export interface ClientTransactionParts {
  readonly request: OutgoingRequest;
  readonly key: string;
  readonly flow: Flow;
  readonly durations: TimerDurations;
  readonly owner: TransactionOwner;
  readonly user: ClientUser;
}

export interface ClientTransaction {
  /** Without its bytes once there is a final response. */
  readonly request: OutgoingRequest;
  readonly flow: Flow;
  readonly phase: string;
  /** Sends the request; before this nothing happens. */
  start(): void;
  receive(response: SipResponse): void;
  transportFailed(): void;
  /** Ends it without a word to its user. */
  abandon(): void;
}

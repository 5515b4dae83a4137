import type { Timer } from '@trunkline/runtime/clock';
import type { SipResponse } from '@trunkline/sip/message';
import type { Flow } from '../transport/transport.ts';
import type { ClientTransaction, ClientTransactionParts } from './client-transaction.ts';
import { composeFailureAck } from './compose-hop-request.ts';
import {
  type InviteClientAction,
  type InviteClientEvent,
  type InviteClientPhase,
  inviteClientTable,
} from './invite-client-table.ts';
import { Machine } from './machine.ts';
import type { OutgoingRequest } from './outgoing-request.ts';

/** INVITE client transaction, RFC 3261 §17.1.1, RFC 6026. */
export class InviteClient implements ClientTransaction {
  readonly #parts: ClientTransactionParts;
  readonly #machine: Machine<InviteClientPhase, InviteClientEvent, InviteClientAction, SipResponse | undefined>;
  #interval_ms = 0;
  #retransmit: Timer | undefined;
  /** B, then D or M. */
  #deadline: Timer | undefined;
  #ack: Buffer | undefined;

  constructor(parts: ClientTransactionParts) {
    this.#parts = parts;
    this.#machine = new Machine(
      inviteClientTable,
      'calling',
      (action, response) => this.#perform(action, response),
      parts.impossible,
    );
  }

  get request(): OutgoingRequest {
    return this.#parts.request;
  }

  get flow(): Flow {
    return this.#parts.flow;
  }

  get phase(): InviteClientPhase {
    return this.#machine.phase;
  }

  start(): void {
    const { clock, durations } = this.#parts;
    this.#deadline = clock.after(durations.give_up, () => this.#dispatch('timer-b'));
    if (durations.retransmit !== undefined) this.#startRetransmission(durations.retransmit);
    this.#send(this.request.bytes);
  }

  receive(response: SipResponse): void {
    const { status } = response;
    this.#machine.dispatch(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure', response);
  }

  transportFailed(): void {
    this.#dispatch('transport-error');
  }

  abandon(): void {
    this.#dispatch('abandoned');
  }

  #dispatch(event: InviteClientEvent): void {
    this.#machine.dispatch(event, undefined);
  }

  #send(bytes: Buffer): void {
    this.#parts.flow.send(bytes, () => this.#dispatch('transport-error'));
  }

  #startRetransmission(interval_ms: number): void {
    this.#interval_ms = interval_ms;
    this.#retransmit = this.#parts.clock.after(interval_ms, () => this.#dispatch('retransmit-timer'));
  }

  #startDeadline(delay_ms: number, event: 'timer-d' | 'timer-m'): void {
    this.#deadline?.cancel();
    if (delay_ms === 0) this.#dispatch(event);
    else this.#deadline = this.#parts.clock.after(delay_ms, () => this.#dispatch(event));
  }

  #stopTimers(): void {
    this.#retransmit?.cancel();
    this.#deadline?.cancel();
  }

  #perform(action: InviteClientAction, response: SipResponse | undefined): void {
    const { durations, user } = this.#parts;
    switch (action) {
      case 'send-again':
        // §17.1.1.2: timer A doubles without bound; timer B ends it.
        this.#send(this.request.bytes);
        this.#startRetransmission(this.#interval_ms * 2);
        return;
      case 'stop-timers':
        this.#stopTimers();
        return;
      case 'pass':
        if (response !== undefined) user.response(response);
        return;
      case 'acknowledge':
        this.#ack ??= composeFailureAck(this.request, response?.headers.get('to') ?? this.request.to);
        this.#send(this.#ack);
        return;
      case 'start-d':
        this.#startDeadline(durations.d, 'timer-d');
        return;
      case 'start-m':
        this.#startDeadline(durations.accepted, 'timer-m');
        return;
      case 'report-timeout':
        user.timedOut();
        return;
      case 'report-transport-error':
        user.transportFailed();
        return;
      case 'end':
        this.#parts.ended();
    }
  }
}

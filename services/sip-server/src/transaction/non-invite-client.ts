import type { Timer } from '@trunkline/runtime/clock';
import type { SipResponse } from '@trunkline/sip/message';
import type { Flow } from '../transport/transport.ts';
import type { ClientTransaction, ClientTransactionParts } from './client-transaction.ts';
import { Machine } from './machine.ts';
import {
  type NonInviteClientAction,
  type NonInviteClientEvent,
  type NonInviteClientPhase,
  nonInviteClientTable,
} from './non-invite-client-table.ts';
import type { OutgoingRequest } from './outgoing-request.ts';

/** Client transaction of every other method, RFC 3261 §17.1.2. */
export class NonInviteClient implements ClientTransaction {
  readonly #parts: ClientTransactionParts;
  readonly #machine: Machine<
    NonInviteClientPhase,
    NonInviteClientEvent,
    NonInviteClientAction,
    SipResponse | undefined
  >;
  #interval_ms = 0;
  #retransmit: Timer | undefined;
  /** F, then K. */
  #deadline: Timer | undefined;

  constructor(parts: ClientTransactionParts) {
    this.#parts = parts;
    this.#machine = new Machine(
      nonInviteClientTable,
      'trying',
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

  get phase(): NonInviteClientPhase {
    return this.#machine.phase;
  }

  start(): void {
    const { clock, durations } = this.#parts;
    this.#deadline = clock.after(durations.give_up, () => this.#dispatch('timer-f'));
    if (durations.retransmit !== undefined) this.#startRetransmission(durations.retransmit);
    this.#send();
  }

  receive(response: SipResponse): void {
    this.#machine.dispatch(response.status < 200 ? 'provisional' : 'final', response);
  }

  transportFailed(): void {
    this.#dispatch('transport-error');
  }

  abandon(): void {
    this.#retransmit?.cancel();
    this.#deadline?.cancel();
    this.#parts.ended();
  }

  #dispatch(event: NonInviteClientEvent): void {
    this.#machine.dispatch(event, undefined);
  }

  #send(): void {
    this.#parts.flow.send(this.request.bytes, () => this.#dispatch('transport-error'));
  }

  #startRetransmission(interval_ms: number): void {
    this.#interval_ms = interval_ms;
    this.#retransmit = this.#parts.clock.after(interval_ms, () => this.#dispatch('timer-e'));
  }

  #perform(action: NonInviteClientAction, response: SipResponse | undefined): void {
    const { durations, user, clock } = this.#parts;
    switch (action) {
      case 'send-again':
        this.#send();
        // §17.1.2.2: MIN(2*T1, T2), MIN(4*T1, T2) and so on.
        this.#startRetransmission(Math.min(this.#interval_ms * 2, durations.retransmit_most));
        return;
      case 'slow-down':
        this.#retransmit?.cancel();
        if (durations.retransmit !== undefined) this.#startRetransmission(durations.retransmit_most);
        return;
      case 'stop-timers':
        this.#retransmit?.cancel();
        this.#deadline?.cancel();
        return;
      case 'pass':
        if (response !== undefined) user.response(response);
        return;
      case 'start-k':
        if (durations.k === 0) this.#dispatch('timer-k');
        else this.#deadline = clock.after(durations.k, () => this.#dispatch('timer-k'));
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

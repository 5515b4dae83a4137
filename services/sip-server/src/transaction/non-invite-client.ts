import type { Timer } from '@trunkline/runtime/clock';
import type { SipResponse } from '@trunkline/sip/message';
import type { Flow } from '../transport/transport.ts';
import type { ClientTransaction, ClientTransactionParts, ClientUser } from './client-transaction.ts';
import { StateMachine } from './machine.ts';
import {
  type NonInviteClientAction,
  type NonInviteClientEvent,
  type NonInviteClientPhase,
  nonInviteClientTable,
} from './non-invite-client-table.ts';
import { type OutgoingRequest, withoutBytes } from './outgoing-request.ts';

/** Client transaction of every other method, RFC 3261 §17.1.2. */
export class NonInviteClient
  extends StateMachine<NonInviteClientPhase, NonInviteClientEvent, NonInviteClientAction, SipResponse | undefined>
  implements ClientTransaction
{
  readonly flow: Flow;
  readonly #owner: ClientTransactionParts['owner'];
  readonly #durations: ClientTransactionParts['durations'];
  readonly #key: string;
  #request: OutgoingRequest;
  /** Until it has the final response. */
  #user: ClientUser | undefined;
  #interval_ms = 0;
  #retransmit: Timer | undefined;
  /** F, then K. */
  #deadline: Timer | undefined;

  constructor({ request, key, flow, durations, owner, user }: ClientTransactionParts) {
    super(nonInviteClientTable, 'trying');
    this.flow = flow;
    this.#owner = owner;
    this.#durations = durations;
    this.#key = key;
    this.#request = request;
    this.#user = user;
  }

  get request(): OutgoingRequest {
    return this.#request;
  }

  start(): void {
    const durations = this.#durations;
    this.#deadline = this.#owner.clock.after(durations.give_up, () => this.#dispatch('timer-f'));
    if (durations.retransmit !== undefined) this.#startRetransmission(durations.retransmit);
    this.#send();
  }

  receive(response: SipResponse): void {
    this.handle(response.status < 200 ? 'provisional' : 'final', response);
    if (response.status < 200 || this.#user === undefined) return;
    this.#user = undefined;
    this.#request = withoutBytes(this.#request);
  }

  transportFailed(): void {
    this.#dispatch('transport-error');
  }

  abandon(): void {
    this.#retransmit?.cancel();
    this.#deadline?.cancel();
    this.#owner.clientEnded(this.#key);
  }

  protected impossible(phase: string, event: string): void {
    this.#owner.impossible('non-INVITE client', phase, event);
  }

  #dispatch(event: NonInviteClientEvent): void {
    this.handle(event, undefined);
  }

  #send(): void {
    this.flow.send(this.request.bytes, () => this.#dispatch('transport-error'));
  }

  #startRetransmission(interval_ms: number): void {
    this.#interval_ms = interval_ms;
    this.#retransmit = this.#owner.clock.after(interval_ms, () => this.#dispatch('timer-e'));
  }

  protected perform(action: NonInviteClientAction, response: SipResponse | undefined): void {
    const durations = this.#durations;
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
        if (response !== undefined) this.#user?.response(response);
        return;
      case 'start-k':
        if (durations.k === 0) this.#dispatch('timer-k');
        else this.#deadline = this.#owner.clock.after(durations.k, () => this.#dispatch('timer-k'));
        return;
      case 'report-timeout':
        this.#user?.timedOut();
        return;
      case 'report-transport-error':
        this.#user?.transportFailed();
        return;
      case 'end':
        this.#owner.clientEnded(this.#key);
    }
  }
}

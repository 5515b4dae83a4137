import type { Timer } from '@trunkline/runtime/clock';
import type { SipResponse } from '@trunkline/sip/message';
import type { Flow } from '../transport/transport.ts';
import type { ClientTransaction, ClientTransactionParts, ClientUser } from './client-transaction.ts';
import { composeFailureAck } from './compose-hop-request.ts';
import {
  type InviteClientAction,
  type InviteClientEvent,
  type InviteClientPhase,
  inviteClientTable,
} from './invite-client-table.ts';
import { KeptResponse } from './kept-response.ts';
import { StateMachine } from './machine.ts';
import { type OutgoingRequest, withoutBytes } from './outgoing-request.ts';

/** INVITE client transaction, RFC 3261 §17.1.1, RFC 6026. */
export class InviteClient
  extends StateMachine<InviteClientPhase, InviteClientEvent, InviteClientAction, SipResponse | undefined>
  implements ClientTransaction
{
  readonly flow: Flow;
  readonly #owner: ClientTransactionParts['owner'];
  readonly #durations: ClientTransactionParts['durations'];
  readonly #key: string;
  #request: OutgoingRequest;
  /** Until nothing can come any more that it has to hear of. */
  #user: ClientUser | undefined;
  #interval_ms = 0;
  #retransmit: Timer | undefined;
  /** B, then D or M. */
  #deadline: Timer | undefined;
  readonly #ack = new KeptResponse();

  constructor({ request, key, flow, durations, owner, user }: ClientTransactionParts) {
    super(inviteClientTable, 'calling');
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
    this.#deadline = this.#owner.clock.after(durations.give_up, () => this.#dispatch('timer-b'));
    if (durations.retransmit !== undefined) this.#startRetransmission(durations.retransmit);
    this.#send(this.request.bytes);
  }

  receive(response: SipResponse): void {
    const { status } = response;
    this.handle(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure', response);
    if (status >= 200) this.#slim();
  }

  transportFailed(): void {
    this.#dispatch('transport-error');
  }

  abandon(): void {
    this.#dispatch('abandoned');
  }

  #dispatch(event: InviteClientEvent): void {
    this.handle(event, undefined);
  }

  /** What lingers keeps only what a late response asks for. */
  #slim(): void {
    if (this.#request.bytes.length > 0) this.#request = withoutBytes(this.#request);
    this.#ack.pack();
    if (this.phase !== 'accepted') this.#user = undefined;
  }

  protected impossible(phase: string, event: string): void {
    this.#owner.impossible('INVITE client', phase, event);
  }

  #send(bytes: Buffer): void {
    this.flow.send(bytes, () => this.#dispatch('transport-error'));
  }

  /** RFC 3261 §17.1.1.2: the same ACK for every copy of the response. */
  #acknowledge(to: string): void {
    const bytes = this.#ack.get() ?? composeFailureAck(this.#request, to);
    this.#ack.set(bytes);
    this.#send(bytes);
  }

  #startRetransmission(interval_ms: number): void {
    this.#interval_ms = interval_ms;
    this.#retransmit = this.#owner.clock.after(interval_ms, () => this.#dispatch('retransmit-timer'));
  }

  #startDeadline(delay_ms: number, event: 'timer-d' | 'timer-m'): void {
    this.#deadline?.cancel();
    if (delay_ms === 0) this.#dispatch(event);
    else this.#deadline = this.#owner.clock.after(delay_ms, () => this.#dispatch(event));
  }

  #stopTimers(): void {
    this.#retransmit?.cancel();
    this.#deadline?.cancel();
  }

  protected perform(action: InviteClientAction, response: SipResponse | undefined): void {
    const durations = this.#durations;
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
        if (response !== undefined) this.#user?.response(response);
        return;
      case 'acknowledge':
        this.#acknowledge(response?.headers.get('to') ?? this.request.to);
        return;
      case 'start-d':
        this.#startDeadline(durations.d, 'timer-d');
        return;
      case 'start-m':
        this.#startDeadline(durations.accepted, 'timer-m');
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

import type { Timer } from '@trunkline/runtime/clock';
import type { Arrival } from './arrival.ts';
import { KeptResponse } from './kept-response.ts';
import { StateMachine } from './machine.ts';
import {
  type NonInviteServerAction,
  type NonInviteServerEvent,
  type NonInviteServerPhase,
  nonInviteServerTable,
} from './non-invite-server-table.ts';
import {
  answeredArrival,
  type ServerTransaction,
  type ServerTransactionParts,
  type ServerUser,
} from './server-transaction.ts';

/** Server transaction of every other method, RFC 3261 §17.2.2. */
export class NonInviteServer
  extends StateMachine<NonInviteServerPhase, NonInviteServerEvent, NonInviteServerAction, Buffer | undefined>
  implements ServerTransaction
{
  user: ServerUser | undefined;
  readonly #owner: ServerTransactionParts['owner'];
  readonly #durations: ServerTransactionParts['durations'];
  readonly #key: string;
  readonly #send: ServerTransactionParts['send'];
  readonly #last = new KeptResponse();
  #arrival: Arrival | undefined;
  #j: Timer | undefined;

  constructor({ owner, durations, key, send, arrival }: ServerTransactionParts) {
    super(nonInviteServerTable, 'trying');
    this.#owner = owner;
    this.#durations = durations;
    this.#key = key;
    this.#send = send;
    this.#arrival = arrival;
  }

  get arrival(): Arrival {
    return answeredArrival(this.#arrival);
  }

  respond(status: number, bytes: Buffer): void {
    this.handle(status < 200 ? 'send-provisional' : 'send-final', bytes);
    if (status < 200) return;
    this.#arrival = undefined;
    this.#last.pack();
  }

  receive(): void {
    this.handle('request', undefined);
  }

  acknowledge(): void {
    // RFC 3261 §17.2.3: an ACK never belongs to a transaction of another method than INVITE.
  }

  protected impossible(phase: string, event: string): void {
    this.#owner.impossible('non-INVITE server', phase, event);
  }

  #transmit(bytes: Buffer | undefined): void {
    if (bytes !== undefined) this.#send(bytes, () => this.handle('transport-error', undefined));
  }

  protected perform(action: NonInviteServerAction, bytes: Buffer | undefined): void {
    switch (action) {
      case 'send':
        this.#last.set(bytes);
        this.#transmit(bytes);
        return;
      case 'send-again':
        this.#transmit(this.#last.get());
        return;
      case 'start-j':
        this.#startJ(this.#durations.j);
        return;
      case 'report-transport-error':
        this.#j?.cancel();
        this.user?.transportFailed();
        return;
      case 'end':
        this.#owner.serverEnded(this.#key);
    }
  }

  #startJ(delay_ms: number): void {
    if (delay_ms === 0) this.handle('timer-j', undefined);
    else this.#j = this.#owner.clock.after(delay_ms, () => this.handle('timer-j', undefined));
  }
}

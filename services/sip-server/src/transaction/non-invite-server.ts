import type { Timer } from '@trunkline/runtime/clock';
import type { Arrival } from './arrival.ts';
import { Machine } from './machine.ts';
import {
  type NonInviteServerAction,
  type NonInviteServerEvent,
  type NonInviteServerPhase,
  nonInviteServerTable,
} from './non-invite-server-table.ts';
import type { ServerTransaction, ServerTransactionParts, ServerUser } from './server-transaction.ts';

/** Server transaction of every other method, RFC 3261 §17.2.2. */
export class NonInviteServer implements ServerTransaction {
  user: ServerUser | undefined;
  readonly #parts: ServerTransactionParts;
  readonly #machine: Machine<NonInviteServerPhase, NonInviteServerEvent, NonInviteServerAction, Buffer | undefined>;
  #last: Buffer | undefined;
  #j: Timer | undefined;

  constructor(parts: ServerTransactionParts) {
    this.#parts = parts;
    this.#machine = new Machine(
      nonInviteServerTable,
      'trying',
      (action, bytes) => this.#perform(action, bytes),
      parts.impossible,
    );
  }

  get arrival(): Arrival {
    return this.#parts.arrival;
  }

  get phase(): NonInviteServerPhase {
    return this.#machine.phase;
  }

  respond(status: number, bytes: Buffer): void {
    this.#machine.dispatch(status < 200 ? 'send-provisional' : 'send-final', bytes);
  }

  receive(): void {
    this.#machine.dispatch('request', undefined);
  }

  acknowledge(): void {
    // RFC 3261 §17.2.3: an ACK never belongs to a transaction of another method than INVITE.
  }

  #send(bytes: Buffer | undefined): void {
    if (bytes !== undefined) this.#parts.send(bytes, () => this.#machine.dispatch('transport-error', undefined));
  }

  #perform(action: NonInviteServerAction, bytes: Buffer | undefined): void {
    switch (action) {
      case 'send':
        this.#last = bytes;
        this.#send(bytes);
        return;
      case 'send-again':
        this.#send(this.#last);
        return;
      case 'start-j':
        this.#startJ(this.#parts.durations.j);
        return;
      case 'report-transport-error':
        this.#j?.cancel();
        this.user?.transportFailed();
        return;
      case 'end':
        this.#parts.ended();
    }
  }

  #startJ(delay_ms: number): void {
    if (delay_ms === 0) this.#machine.dispatch('timer-j', undefined);
    else this.#j = this.#parts.clock.after(delay_ms, () => this.#machine.dispatch('timer-j', undefined));
  }
}

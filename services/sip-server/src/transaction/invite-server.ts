import type { Timer } from '@trunkline/runtime/clock';
import type { Arrival } from './arrival.ts';
import {
  type InviteServerAction,
  type InviteServerEvent,
  type InviteServerPhase,
  inviteServerTable,
} from './invite-server-table.ts';
import { Machine } from './machine.ts';
import type { ServerTransaction, ServerTransactionParts, ServerUser } from './server-transaction.ts';

interface Payload {
  readonly bytes?: Buffer;
  readonly ack?: Arrival;
}

const NOTHING: Payload = {};

/** INVITE server transaction, RFC 3261 §17.2.1, RFC 6026. */
export class InviteServer implements ServerTransaction {
  user: ServerUser | undefined;
  readonly #parts: ServerTransactionParts;
  readonly #machine: Machine<InviteServerPhase, InviteServerEvent, InviteServerAction, Payload>;
  #last: Buffer | undefined;
  #interval_ms = 0;
  #g: Timer | undefined;
  /** H, I or L. */
  #deadline: Timer | undefined;

  constructor(parts: ServerTransactionParts) {
    this.#parts = parts;
    this.#machine = new Machine(
      inviteServerTable,
      'proceeding',
      (action, payload) => this.#perform(action, payload),
      parts.impossible,
    );
  }

  get arrival(): Arrival {
    return this.#parts.arrival;
  }

  get phase(): InviteServerPhase {
    return this.#machine.phase;
  }

  respond(status: number, bytes: Buffer): void {
    const event = status < 200 ? 'send-provisional' : status < 300 ? 'send-success' : 'send-failure';
    this.#machine.dispatch(event, { bytes });
  }

  receive(): void {
    this.#machine.dispatch('request', NOTHING);
  }

  acknowledge(ack: Arrival): void {
    this.#machine.dispatch('ack', { ack });
  }

  #send(bytes: Buffer | undefined): void {
    if (bytes !== undefined) this.#parts.send(bytes, () => this.#machine.dispatch('transport-error', NOTHING));
  }

  #startDeadline(delay_ms: number, event: 'timer-h' | 'timer-i' | 'timer-l'): void {
    if (delay_ms === 0) this.#machine.dispatch(event, NOTHING);
    else this.#deadline = this.#parts.clock.after(delay_ms, () => this.#machine.dispatch(event, NOTHING));
  }

  #startG(): void {
    const { retransmit, retransmit_most } = this.#parts.durations;
    if (retransmit === undefined) return;
    this.#interval_ms = this.#interval_ms === 0 ? retransmit : Math.min(this.#interval_ms * 2, retransmit_most);
    this.#g = this.#parts.clock.after(this.#interval_ms, () => this.#machine.dispatch('timer-g', NOTHING));
  }

  #perform(action: InviteServerAction, payload: Payload): void {
    const { durations } = this.#parts;
    switch (action) {
      case 'send':
        this.#last = payload.bytes;
        this.#send(payload.bytes);
        return;
      case 'send-again':
        this.#send(this.#last);
        return;
      case 'pass-ack':
        if (payload.ack !== undefined) this.user?.acknowledged(payload.ack);
        return;
      case 'start-g':
        this.#startG();
        return;
      case 'start-h':
        this.#startDeadline(durations.give_up, 'timer-h');
        return;
      case 'stop-timers':
        this.#g?.cancel();
        this.#deadline?.cancel();
        return;
      case 'start-i':
        this.#startDeadline(durations.i, 'timer-i');
        return;
      case 'start-l':
        this.#startDeadline(durations.accepted, 'timer-l');
        return;
      case 'report-transport-error':
        this.user?.transportFailed();
        return;
      case 'end':
        this.#parts.ended();
    }
  }
}

import type { Timer } from '@trunkline/runtime/clock';
import type { Arrival } from './arrival.ts';
import {
  type InviteServerAction,
  type InviteServerEvent,
  type InviteServerPhase,
  inviteServerTable,
} from './invite-server-table.ts';
import { KeptResponse } from './kept-response.ts';
import { StateMachine } from './machine.ts';
import {
  answeredArrival,
  type ServerTransaction,
  type ServerTransactionParts,
  type ServerUser,
} from './server-transaction.ts';

interface Payload {
  readonly bytes?: Buffer;
  readonly ack?: Arrival;
}

const NOTHING: Payload = {};

/** INVITE server transaction, RFC 3261 §17.2.1, RFC 6026. */
export class InviteServer
  extends StateMachine<InviteServerPhase, InviteServerEvent, InviteServerAction, Payload>
  implements ServerTransaction
{
  user: ServerUser | undefined;
  readonly #owner: ServerTransactionParts['owner'];
  readonly #durations: ServerTransactionParts['durations'];
  readonly #key: string;
  readonly #send: ServerTransactionParts['send'];
  readonly #last = new KeptResponse();
  #arrival: Arrival | undefined;
  #interval_ms = 0;
  #g: Timer | undefined;
  /** H, I or L. */
  #deadline: Timer | undefined;

  constructor({ owner, durations, key, send, arrival }: ServerTransactionParts) {
    super(inviteServerTable, 'proceeding');
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
    const event = status < 200 ? 'send-provisional' : status < 300 ? 'send-success' : 'send-failure';
    this.handle(event, { bytes });
    if (status < 200) return;
    this.#arrival = undefined;
    // RFC 6026 §7.1: in Accepted nothing is sent again but by the user.
    if (this.phase === 'accepted') this.#last.set(undefined);
    else this.#last.pack();
  }

  receive(): void {
    this.handle('request', NOTHING);
  }

  acknowledge(ack: Arrival): void {
    this.handle('ack', { ack });
  }

  protected impossible(phase: string, event: string): void {
    this.#owner.impossible('INVITE server', phase, event);
  }

  #transmit(bytes: Buffer | undefined): void {
    if (bytes !== undefined) this.#send(bytes, () => this.handle('transport-error', NOTHING));
  }

  #startDeadline(delay_ms: number, event: 'timer-h' | 'timer-i' | 'timer-l'): void {
    if (delay_ms === 0) this.handle(event, NOTHING);
    else this.#deadline = this.#owner.clock.after(delay_ms, () => this.handle(event, NOTHING));
  }

  #startG(): void {
    const { retransmit, retransmit_most } = this.#durations;
    if (retransmit === undefined) return;
    this.#interval_ms = this.#interval_ms === 0 ? retransmit : Math.min(this.#interval_ms * 2, retransmit_most);
    this.#g = this.#owner.clock.after(this.#interval_ms, () => this.handle('timer-g', NOTHING));
  }

  protected perform(action: InviteServerAction, payload: Payload): void {
    const durations = this.#durations;
    switch (action) {
      case 'send':
        this.#last.set(payload.bytes);
        this.#transmit(payload.bytes);
        return;
      case 'send-again':
        this.#transmit(this.#last.get());
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
        this.#owner.serverEnded(this.#key);
    }
  }
}

import type { Timer } from '@trunkline/runtime/clock';
import type { SipResponse } from '@trunkline/sip/message';
import type { ClientTransaction, ClientUser } from '../transaction/client-transaction.ts';
import type { OutgoingRequest } from '../transaction/outgoing-request.ts';
import type { Flow } from '../transport/transport.ts';
import type { Target } from '../transport/transport-layer.ts';
import type { Core } from './core.ts';
import { toTarget } from './reach.ts';
import type { SendResult } from './send-in-dialog.ts';

/** A way to the next hop, and what else its name stands for, in the order in which to try it. */
export interface Way {
  readonly flow: Flow;
  readonly others?: readonly Target[] | undefined;
}

/** Makes the request for one way: each has its own branch, Via and Contact, and all else in common. */
export type ComposeFor = (flow: Flow) => OutgoingRequest | undefined;

/**
 * Sends a request, and where it fails, over the next way (RFC 3263 §4.3): when it cannot be delivered, when nobody answers,
 * and on 503. Whoever sent it hears of the last failure only.
 */
export function sendOver(core: Core, { flow, others = [] }: Way, compose: ComposeFor, user: ClientUser): SendResult {
  const request = compose(flow);
  if (request === undefined) return { ok: false, reason: 'missing content-type' };
  if (others.length === 0) {
    return { ok: true, request, flow, transaction: core.transactions.sendRequest(request, flow, user) };
  }
  const failover = new Failover(core, others, compose, user);
  return { ok: true, request, flow, transaction: failover.send(request, flow) };
}

class Failover implements ClientUser {
  readonly #core: Core;
  readonly #others: Target[];
  readonly #compose: ComposeFor;
  readonly #user: ClientUser;
  #transaction: ClientTransaction | undefined;
  #silence: Timer | undefined;
  /** A provisional response was passed on: this is the way, whatever comes of it. */
  #settled = false;

  constructor(core: Core, others: readonly Target[], compose: ComposeFor, user: ClientUser) {
    this.#core = core;
    this.#others = [...others];
    this.#compose = compose;
    this.#user = user;
  }

  send(request: OutgoingRequest, flow: Flow): ClientTransaction {
    const transaction = this.#core.transactions.sendRequest(request, flow, this);
    this.#transaction = transaction;
    // Timer B would be 32 s of silence for a caller; another address of the same name is tried well before that.
    const { clock, deadlines } = this.#core;
    if (this.#others.length > 0) this.#silence = clock.after(deadlines.silent_target, () => this.#silent());
    return transaction;
  }

  response(response: SipResponse): void {
    this.#silence?.cancel();
    if (response.status > 100 && response.status !== 503) this.#settled = true;
    if (response.status !== 503 || !this.#next()) this.#user.response(response);
  }

  timedOut(): void {
    this.#silence?.cancel();
    if (!this.#next()) this.#user.timedOut();
  }

  transportFailed(): void {
    this.#silence?.cancel();
    if (!this.#next()) this.#user.transportFailed();
  }

  #silent(): void {
    const silent = this.#transaction;
    if (this.#next()) silent?.abandon();
  }

  /** False when there is no other way, or nobody wants it any more. */
  #next(): boolean {
    while (!this.#settled && this.#user.over !== true) {
      const target = this.#others.shift();
      if (target === undefined) return false;
      const reached = toTarget(this.#core, target);
      const request = reached.ok ? this.#compose(reached.flow) : undefined;
      if (!reached.ok || request === undefined) continue;
      this.#user.moved?.(this.send(request, reached.flow));
      return true;
    }
    return false;
  }
}

import type { Timer } from '@trunkline/runtime/clock';
import type { SipResponse } from '@trunkline/sip/message';
import type { ClientTransaction, ClientUser } from '../transaction/client-transaction.ts';
import type { OutgoingRequest } from '../transaction/outgoing-request.ts';
import type { Tried } from '../transaction/tried.ts';
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
  readonly #tried: Tried[] = [];
  #sent_at = 0;

  constructor(core: Core, others: readonly Target[], compose: ComposeFor, user: ClientUser) {
    this.#core = core;
    this.#others = [...others];
    this.#compose = compose;
    this.#user = user;
  }

  send(request: OutgoingRequest, flow: Flow): ClientTransaction {
    const transaction = this.#core.transactions.sendRequest(request, flow, this);
    this.#transaction = transaction;
    this.#sent_at = this.#core.clock.now();
    // Timer B would be 32 s of silence for a caller; another address of the same name is tried well before that.
    const { clock, deadlines } = this.#core;
    if (this.#others.length > 0) this.#silence = clock.after(deadlines.silent_target, () => this.#silent());
    return transaction;
  }

  response(response: SipResponse): void {
    this.#silence?.cancel();
    const { status, reason } = response;
    if (status > 100 && status !== 503) this.#settled = true;
    if (status !== 503) this.#answered();
    if (status !== 503 || !this.#next({ status, reason }, retryAfter_s(response))) this.#user.response(response);
  }

  timedOut(): void {
    this.#silence?.cancel();
    if (!this.#next(SILENT)) this.#user.timedOut();
  }

  transportFailed(): void {
    this.#silence?.cancel();
    const reason = this.#transaction?.flow.failure?.text ?? 'It could not be sent';
    if (!this.#next({ status: null, reason })) this.#user.transportFailed();
  }

  #silent(): void {
    const silent = this.#transaction;
    if (this.#next(SILENT)) silent?.abandon();
  }

  #answered(): void {
    const flow = this.#transaction?.flow;
    if (flow !== undefined) this.#core.shunned.answered({ transport: flow.transport, ...flow.remote });
  }

  /** False when there is no other way, or nobody wants it any more. `for_s`: how long the failed one is not wanted first. */
  #next(failure: Pick<Tried, 'status' | 'reason'>, for_s?: number): boolean {
    if (!this.#settled && this.#user.over !== true) this.#failed(failure, for_s);
    while (!this.#settled && this.#user.over !== true) {
      const target = this.#others.shift();
      if (target === undefined) return false;
      const reached = toTarget(this.#core, target, this.#transaction?.flow.local);
      const request = reached.ok ? this.#compose(reached.flow) : undefined;
      if (!reached.ok || request === undefined) continue;
      this.#user.moved?.(this.send(request, reached.flow), [...this.#tried]);
      return true;
    }
    return false;
  }

  #failed(failure: Pick<Tried, 'status' | 'reason'>, for_s?: number): void {
    const flow = this.#transaction?.flow;
    if (flow === undefined) return;
    const { clock, shunned } = this.#core;
    // A 503 without Retry-After says nothing of the next request (RFC 3261 §21.5.4).
    if (failure.status === null || for_s !== undefined) {
      shunned.failed({ transport: flow.transport, ...flow.remote }, for_s);
    }
    this.#tried.push({ flow, ms: clock.now() - this.#sent_at, ...failure });
  }
}

const SILENT = { status: null, reason: 'No answer' } as const;

function retryAfter_s({ headers }: SipResponse): number | undefined {
  const digits = /^\s*(\d{1,6})/.exec(headers.get('retry-after') ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

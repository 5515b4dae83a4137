import type { Timer } from '@trunkline/runtime/clock';
import type { SipResponse } from '@trunkline/sip/message';
import type { ClientTransaction, ClientUser } from '../../transaction/client-transaction.ts';
import { composeCancel } from '../../transaction/compose-hop-request.ts';
import type { Flow } from '../../transport/transport.ts';
import type { Core } from '../core.ts';
import type { SendResult } from '../send-in-dialog.ts';
import { whenDone } from '../when-done.ts';

/** How a branch ended without a 2xx: with a response, or with a status that stands for none. */
export interface BranchFinal {
  readonly status: number;
  readonly response: SipResponse | undefined;
}

export interface BranchParts {
  readonly core: Core;
  readonly method: string;
  readonly send: (user: ClientUser) => SendResult | Promise<SendResult>;
  readonly provisional_ms: number | undefined;
  readonly final_ms: number | undefined;
  readonly progress: (response: SipResponse) => void;
  /** Also for every retransmission of a 2xx to INVITE. */
  readonly success: (response: SipResponse, flow: Flow) => void;
  readonly final: (final: BranchFinal, flow: Flow | undefined) => void;
  /** The time for a final response is over: the branch is being cancelled, and another may begin. */
  readonly late: () => void;
}

const NOBODY: ClientUser = { response: () => {}, timedOut: () => {}, transportFailed: () => {} };

/** One client transaction of a proxy's response context, RFC 3261 §16.6 to §16.8. */
export class ProxyBranch implements ClientUser {
  readonly #parts: BranchParts;
  #transaction: ClientTransaction | undefined;
  #heard = false;
  #cancelled = false;
  #ended = false;
  #silence: Timer | undefined;
  #deadline: Timer | undefined;

  constructor(parts: BranchParts) {
    this.#parts = parts;
  }

  get pending(): boolean {
    return !this.#ended;
  }

  /** RFC 3263 §4.3: no other way is tried for a branch that nobody wants any more. */
  get over(): boolean {
    return this.#cancelled || this.#ended;
  }

  start(): void {
    const { core, provisional_ms, final_ms, send, late } = this.#parts;
    if (provisional_ms !== undefined) this.#silence = core.clock.after(provisional_ms, () => this.#silent());
    // §16.6 step 11: timer C runs from the start; here nothing is lost by starting it with the first response.
    if (final_ms !== undefined) {
      this.#deadline = core.clock.after(final_ms, () => {
        this.cancel();
        if (!this.#ended) late();
      });
    }
    whenDone(send(this), (result) => {
      if (!result.ok) {
        core.logger.info('A target of a proxied request cannot be reached', { reason: result.reason });
        this.#end({ status: 503, response: undefined });
      } else if (result.transaction !== undefined) this.moved(result.transaction);
    });
  }

  moved(transaction: ClientTransaction): void {
    this.#transaction = transaction;
    if (this.#ended) transaction.abandon();
  }

  /** §16.10: now, or when the target was heard; a request that is not an INVITE goes on. */
  cancel(): void {
    if (this.#ended || this.#cancelled) return;
    this.#cancelled = true;
    if (this.#parts.method !== 'INVITE') return;
    if (this.#heard) this.#sendCancel();
  }

  response(response: SipResponse): void {
    const { status } = response;
    if (status >= 200 && status < 300) {
      if (!this.#ended) this.#stop();
      this.#ended = true;
      const flow = this.#transaction?.flow;
      if (flow !== undefined) this.#parts.success(response, flow);
    } else if (status >= 300) this.#end({ status, response });
    else this.#provisional(response);
  }

  timedOut(): void {
    this.#end({ status: 408, response: undefined });
  }

  transportFailed(): void {
    this.#end({ status: 503, response: undefined });
  }

  #provisional(response: SipResponse): void {
    if (this.#ended) return;
    const first = !this.#heard;
    this.#heard = true;
    this.#silence?.cancel();
    if (this.#cancelled) {
      if (first && this.#parts.method === 'INVITE') this.#sendCancel();
      return;
    }
    if (this.#parts.method === 'INVITE' && this.#parts.final_ms === undefined) this.#startTimerC();
    if (response.status > 100) this.#parts.progress(response);
  }

  /** §16.8: over three minutes without a word, and the INVITE is cancelled. */
  #startTimerC(): void {
    const { clock, deadlines } = this.#parts.core;
    this.#deadline?.cancel();
    this.#deadline = clock.after(deadlines.timer_c, () => this.cancel());
  }

  #silent(): void {
    if (this.#heard) return;
    this.#transaction?.abandon();
    this.#end({ status: 408, response: undefined });
  }

  #sendCancel(): void {
    const { core } = this.#parts;
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    this.#deadline?.cancel();
    // §9.1: 64*T1 after the CANCEL the INVITE counts as cancelled.
    this.#deadline = core.clock.after(64 * core.timers.t1_ms, () => {
      transaction.abandon();
      this.#end({ status: 408, response: undefined });
    });
    core.transactions.sendRequest(composeCancel(transaction.request, ''), transaction.flow, NOBODY);
  }

  #end(final: BranchFinal): void {
    if (this.#ended) return;
    this.#stop();
    this.#ended = true;
    this.#parts.final(final, this.#transaction?.flow);
  }

  #stop(): void {
    this.#silence?.cancel();
    this.#deadline?.cancel();
  }
}

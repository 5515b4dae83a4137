import type { Clock, Timer } from '@trunkline/runtime/clock';

interface Waiting {
  readonly timer: Timer;
  readonly giveUp: () => void;
}

/**
 * Callers that were challenged and are expected to come again with credentials (RFC 3261 §22.2). A challenge is part of an
 * attempt, not an attempt: only one that stays unanswered becomes a record.
 */
export class Challenges {
  readonly #clock: Clock;
  readonly #deadline_ms: number;
  readonly #max: number;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock, options: { readonly deadline_ms: number; readonly max: number }) {
    this.#clock = clock;
    this.#deadline_ms = options.deadline_ms;
    this.#max = options.max;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** `unanswered` is called once, at the deadline, or earlier when there is no more room. */
  add(sip_call_id: string, unanswered: () => void): void {
    this.answered(sip_call_id);
    if (this.#waiting.size >= this.#max) this.#expireOldest();
    const giveUp = () => {
      this.#waiting.delete(sip_call_id);
      unanswered();
    };
    this.#waiting.set(sip_call_id, { timer: this.#clock.after(this.#deadline_ms, giveUp), giveUp });
  }

  /** The caller came again: what follows is told by its second INVITE. */
  answered(sip_call_id: string): void {
    this.#waiting.get(sip_call_id)?.timer.cancel();
    this.#waiting.delete(sip_call_id);
  }

  /** Ends the waiting, telling nobody less than the truth: what is open counts as unanswered. */
  close(): void {
    for (const { timer, giveUp } of [...this.#waiting.values()]) {
      timer.cancel();
      giveUp();
    }
  }

  #expireOldest(): void {
    const [oldest] = this.#waiting.values();
    oldest?.timer.cancel();
    oldest?.giveUp();
  }
}

import type { Clock, Timer } from '@trunkline/runtime/clock';

/** Milliseconds from the first byte of a message to its last: longer than any link needs for some hundred kilobytes. */
export const MESSAGE_DEADLINE_MS = 10_000;
/** Milliseconds in which who connects has to send a first message or keep-alive; afterwards a connection may be idle. */
export const FIRST_MESSAGE_DEADLINE_MS = 60_000;

export interface ReadingDeadlineParts {
  readonly clock: Clock;
  /** The far end opened the connection. */
  readonly accepted: boolean;
  readonly expired: (reason: string) => void;
}

/** Ends a connection that is held open by trickling bytes or by silence (slow loris). */
export class ReadingDeadline {
  readonly #parts: ReadingDeadlineParts;
  #timer: Timer | undefined;
  #inMessage = false;

  constructor(parts: ReadingDeadlineParts) {
    this.#parts = parts;
    if (parts.accepted) this.#start(FIRST_MESSAGE_DEADLINE_MS, 'nothing was sent in time');
  }

  /** After each read: how many items came out of it, and the bytes of an incomplete one that are held. */
  read(items: number, held_bytes: number): void {
    if (items > 0) this.stop();
    if (held_bytes === 0 || this.#inMessage) return;
    this.#inMessage = true;
    this.#start(MESSAGE_DEADLINE_MS, 'a message was not complete in time');
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#inMessage = false;
  }

  #start(delay_ms: number, reason: string): void {
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.after(delay_ms, () => this.#parts.expired(reason));
  }
}

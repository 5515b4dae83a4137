import type { Instant } from '@trunkline/contracts/time';
import type { Clock } from '@trunkline/runtime/clock';

/** A probe that was not read within this, milliseconds, was lost: the queue was full, or it never gets here. */
const LOST_MS = 1_000;
/** Probes that may be lost in a row from the beginning: then they never get here. */
const MOST_LOST = 5;
const BYTES = 16;

/**
 * How long datagrams wait in the kernel until they are read, which nothing but a datagram can tell: one that the socket sends to
 * itself now and then takes its place in the queue like all others.
 */
export class ReceiveQueue {
  readonly #send: (probe: Buffer) => void;
  readonly #chance: (bytes: number) => Buffer;
  #probe: Buffer | undefined;
  #sent_at: Instant | undefined;
  #delay_ms = 0;
  #lost = 0;
  #arrives = false;

  /** `send` sends to the socket itself; `chance` gives bytes that nobody can guess. */
  constructor(send: (probe: Buffer) => void, chance: (bytes: number) => Buffer) {
    this.#send = send;
    this.#chance = chance;
  }

  /** Milliseconds: what the last probe took, or how long the present one has been on its way already. */
  delay(now: Instant): number {
    const waiting_ms = this.#sent_at === undefined || !this.#arrives ? 0 : now - this.#sent_at;
    return Math.max(this.#delay_ms, waiting_ms);
  }

  /** To be called now and then: a new probe, when the one before is back. */
  ask(now: Instant): void {
    if (this.#sent_at !== undefined) {
      if (now - this.#sent_at < LOST_MS) return;
      this.#lost += 1;
    }
    if (!this.#arrives && this.#lost >= MOST_LOST) return;
    this.#probe = this.#chance(BYTES);
    this.#sent_at = now;
    this.#send(this.#probe);
  }

  /** Whether this was the probe. */
  took(datagram: Buffer, clock: Pick<Clock, 'now'>): boolean {
    if (datagram.length !== BYTES || this.#probe === undefined || this.#sent_at === undefined) return false;
    if (!datagram.equals(this.#probe)) return false;
    this.#delay_ms = clock.now() - this.#sent_at;
    this.#arrives = true;
    this.#sent_at = undefined;
    this.#probe = undefined;
    return true;
  }
}

import type { Instant } from '@trunkline/contracts/time';

/** How long, milliseconds, at least: within this a lost 503 brings the INVITE three times more (T1 500 ms). */
const KEPT_MS = 4_000;
/** Of each of the two halves. */
const MOST = 32_768;

/** Which transactions were answered with 503 without keeping them, so that all copies of an INVITE hear the same. */
export class RecentlyShed {
  #now = new Set<string>();
  #before = new Set<string>();
  #since: Instant | undefined;

  has(key: string): boolean {
    return this.#now.has(key) || this.#before.has(key);
  }

  add(key: string, now: Instant): void {
    this.#turn(now);
    this.#now.add(key);
  }

  /** Whether there are any. */
  any(now: Instant): boolean {
    if (this.#now.size === 0 && this.#before.size === 0) return false;
    this.#turn(now);
    return this.#now.size > 0 || this.#before.size > 0;
  }

  #turn(now: Instant): void {
    this.#since ??= now;
    const age_ms = now - this.#since;
    if (age_ms < KEPT_MS && this.#now.size < MOST) return;
    this.#before = age_ms < 2 * KEPT_MS ? this.#now : new Set();
    this.#now = new Set();
    this.#since = now;
  }
}

import type { TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';

const window_ms = 1_000;

/** Calls of the last second per trunk. Only trunks with a limit are counted, and what is old is forgotten at the next look. */
export class CallRate {
  readonly #started = new Map<TrunkId, Instant[]>();

  /** True, and counted, when one more call stays within `per_second`. */
  admits(trunk: TrunkId, per_second: number, now: Instant): boolean {
    const recent = (this.#started.get(trunk) ?? []).filter((at) => now - at < window_ms);
    const within = recent.length < per_second;
    if (within) recent.push(now);
    if (recent.length > 0) this.#started.set(trunk, recent);
    else this.#started.delete(trunk);
    return within;
  }
}

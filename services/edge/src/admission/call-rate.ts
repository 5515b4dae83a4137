import type { TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { rateWindow } from '@trunkline/policy/limits';

/** When the latest calls of each trunk were admitted. Only trunks with a limit are kept, and of those the calls in its window. */
export class CallRate {
  readonly #admitted = new Map<TrunkId, readonly Instant[]>();

  recent(trunk: TrunkId, per_second: number, now: Instant): number {
    return this.#inWindow(trunk, per_second, now).length;
  }

  admitted(trunk: TrunkId, per_second: number, now: Instant): void {
    this.#admitted.set(trunk, [...this.#inWindow(trunk, per_second, now), now]);
  }

  #inWindow(trunk: TrunkId, per_second: number, now: Instant): readonly Instant[] {
    const { window_ms } = rateWindow(per_second);
    return (this.#admitted.get(trunk) ?? []).filter((at) => now - at < window_ms);
  }
}

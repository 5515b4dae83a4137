import type { Instant } from '@trunkline/contracts/time';
import { rateWindow } from '@trunkline/policy/limits';
import type { LimitKey } from '../call/calls.ts';

/** When the latest calls of each trunk and account were admitted: of those with a limit, the calls in its window. */
export class CallRate {
  readonly #admitted = new Map<LimitKey, readonly Instant[]>();

  recent(key: LimitKey, per_second: number, now: Instant): number {
    return this.#inWindow(key, per_second, now).length;
  }

  admitted(key: LimitKey, per_second: number, now: Instant): void {
    this.#admitted.set(key, [...this.#inWindow(key, per_second, now), now]);
  }

  #inWindow(key: LimitKey, per_second: number, now: Instant): readonly Instant[] {
    const { window_ms } = rateWindow(per_second);
    return (this.#admitted.get(key) ?? []).filter((at) => now - at < window_ms);
  }
}

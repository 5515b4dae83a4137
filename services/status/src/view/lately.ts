import type { Outcome } from '@trunkline/contracts/call-record';
import type { TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';

/** How far back "lately" reaches, in whole minutes. */
export const latelyWindow_min = 60;
const minute_ms = 60_000;

/** Calls of one trunk that ended within one minute. */
export interface MinuteCount {
  readonly trunk: TrunkId;
  /** Minutes since the epoch. */
  readonly minute: number;
  readonly calls: number;
  readonly failed: number;
}

export interface LatelyCount {
  readonly calls: number;
  readonly failed: number;
}

export function minuteOf(at: Instant): number {
  return Math.floor(at / minute_ms);
}

/** Busy, declined, cancelled and unanswered calls are what callers and callees do; these two are what went wrong. */
export const failedOutcomes: readonly Outcome[] = ['refused', 'failed'];

/** Per trunk and minute, what the store has counted. Holds at most {@link latelyWindow_min} minutes per trunk with calls. */
export class Lately {
  readonly #byTrunk = new Map<TrunkId, Map<number, LatelyCount>>();

  add({ trunk, minute, calls, failed }: MinuteCount): void {
    const minutes = this.#byTrunk.get(trunk) ?? new Map<number, LatelyCount>();
    const known = minutes.get(minute) ?? { calls: 0, failed: 0 };
    minutes.set(minute, { calls: known.calls + calls, failed: known.failed + failed });
    this.#byTrunk.set(trunk, minutes);
  }

  of(trunk: TrunkId, now: Instant): LatelyCount {
    const oldest = minuteOf(now) - latelyWindow_min;
    let [calls, failed] = [0, 0];
    for (const [minute, count] of this.#byTrunk.get(trunk) ?? []) {
      if (minute <= oldest) continue;
      calls += count.calls;
      failed += count.failed;
    }
    return { calls, failed };
  }

  /** Called once a minute. */
  forget(now: Instant): void {
    const oldest = minuteOf(now) - latelyWindow_min;
    for (const [trunk, minutes] of this.#byTrunk) {
      for (const minute of minutes.keys()) if (minute <= oldest) minutes.delete(minute);
      if (minutes.size === 0) this.#byTrunk.delete(trunk);
    }
  }
}

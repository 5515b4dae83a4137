import type { Cause } from '@trunkline/contracts/causes';
import type { Trunk } from '@trunkline/contracts/trunk';

/** What a trunk is doing at the moment, counted from the calls that are there. */
export interface Usage {
  /** Calls being set up or up, without the one to be admitted. */
  readonly channels: number;
  /** Calls admitted within {@link rateWindow} before now. */
  readonly recent: number;
}

export interface RateWindow {
  /** At most so many calls … */
  readonly calls: number;
  /** … in any span of so many milliseconds. */
  readonly window_ms: number;
}

/** Calls per second as whole calls in a window: 2.5 is two in 800 ms, 0.1 one in 10 s. */
export function rateWindow(calls_per_second: number): RateWindow {
  const calls = Math.max(1, Math.floor(calls_per_second));
  return { calls, window_ms: Math.round((calls / calls_per_second) * 1_000) };
}

/** The cause for which one more call must be refused; null when the trunk has room. */
export function checkLimits(limits: Trunk['limits'], usage: Usage): Cause | null {
  if (limits.channels !== null && usage.channels >= limits.channels) return 'channel-limit';
  const { calls_per_second } = limits;
  if (calls_per_second !== null && usage.recent >= rateWindow(calls_per_second).calls) return 'rate-limit';
  return null;
}

import { type Cause, causeTable } from '@trunkline/contracts/causes';
import type { OverLimit, Trunk } from '@trunkline/contracts/trunk';

export type Limits = Trunk['limits'];

export const unlimited: Limits = { channels: null, calls_per_second: null };

/** What a trunk or an account is doing at the moment, counted from the calls that are there. */
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

/** The cause for which one more call must be refused; null when there is room. */
export function checkLimits(limits: Limits, usage: Usage): 'channel-limit' | 'rate-limit' | null {
  if (limits.channels !== null && usage.channels >= limits.channels) return 'channel-limit';
  const { calls_per_second } = limits;
  if (calls_per_second !== null && usage.recent >= rateWindow(calls_per_second).calls) return 'rate-limit';
  return null;
}

const limitCauses: ReadonlySet<Cause> = new Set([
  'channel-limit',
  'rate-limit',
  'account-channel-limit',
  'account-rate-limit',
]);

/**
 * What a refused caller hears. Agents hear 503 with Retry-After beyond a limit; a carrier what the trunk says, for at a 503 many try
 * another route, and at a 486 (RFC 3261 §21.4.24) none does.
 */
export function refusalStatus(cause: Cause, direction: 'inbound' | 'outbound', over_limit: OverLimit): number {
  const isBusy = direction === 'inbound' && over_limit === 'busy' && limitCauses.has(cause);
  return isBusy ? 486 : causeTable[cause].status;
}

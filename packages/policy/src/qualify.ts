import type { Instant } from '@trunkline/contracts/time';
import type { Chance } from './order-gateways.ts';

/** What one probe or one call told of a gateway. */
export interface Observation {
  readonly alive: boolean;
  /** Null when there was no answer. */
  readonly status: number | null;
  /** For people. */
  readonly reason: string;
  /** Seconds; null when the gateway did not ask for any. */
  readonly retry_after_s: number | null;
}

export interface GatewayHealth {
  /** Null until enough was heard to say. */
  readonly reachable: boolean | null;
  readonly since: Instant;
  /** In a row, of what speaks against the present state. */
  readonly contrary: number;
}

export const unknownHealth = (now: Instant): GatewayHealth => ({ reachable: null, since: now, contrary: 0 });

/** Observations in a row that it takes to believe a change: one lost packet takes no gateway out, one lucky answer brings none back. */
export const thresholds = { down: 3, up: 2 } as const;

/** RFC 3261 §11: whoever answers at all is there; a 503 says that it does not want calls, and a 408 was made for one that is silent. */
export function isAlive(status: number): boolean {
  return status !== 408 && status !== 503;
}

/** What the gateway is after one more observation. Hysteresis: the state holds until a threshold of contrary ones in a row. */
export function observe(health: GatewayHealth, { alive }: Observation, now: Instant): GatewayHealth {
  if (health.reachable === alive) return health.contrary === 0 ? health : { ...health, contrary: 0 };
  // Of an unknown gateway the first answer is enough; its silence has to be confirmed.
  if (health.reachable === null && alive) return { reachable: true, since: now, contrary: 0 };
  const contrary = health.contrary + 1;
  const enough = alive ? thresholds.up : thresholds.down;
  return contrary >= enough ? { reachable: alive, since: now, contrary: 0 } : { ...health, contrary };
}

/** While a change waits to be confirmed, and while a gateway is away, it is asked at least this often. */
const doubt_ms = 2_000;
const away_ms = 30_000;
const longestRetryAfter_ms = 3_600_000;
const spread = 0.2;

/** Until the second OPTIONS of a gateway: gateways that were first asked together are spread over an interval. */
export function secondProbeDelay_ms(interval_s: number, chance: Chance): number {
  return Math.round(interval_s * 1_000 * (0.1 + 0.9 * chance()));
}

/** Until the next OPTIONS; around the trunk's interval, by lot, so that gateways are not asked in step. */
export function probeDelay_ms(
  health: GatewayHealth,
  interval_s: number,
  last: Observation | null,
  chance: Chance,
): number {
  const interval_ms = interval_s * 1_000;
  const wanted_ms =
    health.contrary > 0
      ? Math.min(interval_ms, doubt_ms)
      : health.reachable === false
        ? Math.min(interval_ms, away_ms)
        : interval_ms;
  const own_ms = wanted_ms * (1 - spread / 2 + spread * chance());
  const asked_ms = last?.retry_after_s == null ? 0 : Math.min(last.retry_after_s * 1_000, longestRetryAfter_ms);
  return Math.round(Math.max(own_ms, asked_ms));
}

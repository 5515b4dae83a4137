import type { Clock } from '@trunkline/runtime/clock';

/** A token bucket for each of many keys: `per_s` requests a second in the long run, `burst` at once. */
export interface RateLimit {
  /** Undefined when the request may pass; else whole seconds after which one may. */
  take(key: string): number | undefined;
}

/** Keys remembered; the one unused longest is forgotten, which fills its bucket. */
const maxKeys = 10_000;

export function createRateLimit(parts: {
  readonly clock: Clock;
  readonly per_s: number;
  readonly burst: number;
}): RateLimit {
  const { clock, per_s, burst } = parts;
  const buckets = new Map<string, { readonly left: number; readonly at: number }>();
  return {
    take(key) {
      const now = clock.now();
      const before = buckets.get(key) ?? { left: burst, at: now };
      const left = Math.min(burst, before.left + (Math.max(0, now - before.at) / 1_000) * per_s);
      buckets.delete(key);
      const oldest = buckets.size < maxKeys ? undefined : buckets.keys().next().value;
      if (oldest !== undefined) buckets.delete(oldest);
      buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now });
      return left >= 1 ? undefined : Math.max(1, Math.ceil((1 - left) / per_s));
    },
  };
}

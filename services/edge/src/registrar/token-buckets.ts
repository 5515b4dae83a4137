import type { Clock } from '@trunkline/runtime/clock';

/** Keys remembered; the one unused longest is forgotten, which fills its bucket. */
const maxKeys = 20_000;

/** For each of many keys `burst` at once, and `per_s` a second in the long run. */
export class TokenBuckets {
  readonly #clock: Clock;
  readonly #per_s: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, { readonly left: number; readonly at: number }>();

  constructor(clock: Clock, { per_s, burst }: { readonly per_s: number; readonly burst: number }) {
    this.#clock = clock;
    this.#per_s = per_s;
    this.#burst = burst;
  }

  /** Undefined when there was one to take; else whole seconds until there is. */
  take(key: string): number | undefined {
    const left = this.#left(key);
    const isThere = left >= 1;
    this.#buckets.delete(key);
    const oldest = this.#buckets.size < maxKeys ? undefined : this.#buckets.keys().next().value;
    if (oldest !== undefined) this.#buckets.delete(oldest);
    this.#buckets.set(key, { left: isThere ? left - 1 : left, at: this.#clock.now() });
    return isThere ? undefined : Math.max(1, Math.ceil((1 - left) / this.#per_s));
  }

  isEmpty(key: string): boolean {
    return this.#left(key) < 1;
  }

  #left(key: string): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return this.#burst;
    const passed_s = Math.max(0, this.#clock.now() - bucket.at) / 1_000;
    return Math.min(this.#burst, bucket.left + passed_s * this.#per_s);
  }
}

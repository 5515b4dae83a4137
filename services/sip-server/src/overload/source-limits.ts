import type { Instant } from '@trunkline/contracts/time';

/** Messages a second: a carrier with 1000 calls/s from one address stays below; a flood costs no more than these. */
export const DEFAULT_SOURCE_RATE_PER_S = 5_000;

/** Sources that are remembered; over this, the one known longest is forgotten, and begins anew. */
const MOST_SOURCES = 16_384;
const MOST_BANS = 65_536;
/** A source may be ahead by so many seconds of its rate. */
const BURST_S = 1;

interface Bucket {
  tokens: number;
  at: Instant;
}

/**
 * What a source address may send, judged before a message is looked at. Whoever sends more is not banned for it: the source
 * of a datagram can be made up, and then anybody could have a carrier banned. Bans are for those who know more than we do.
 */
export class SourceLimits {
  readonly #rate_per_s: number;
  readonly #buckets = new Map<string, Bucket>();
  readonly #bans = new Map<string, Instant>();

  /** `rate_per_s`: messages of one source. */
  constructor(rate_per_s: number) {
    this.#rate_per_s = rate_per_s;
  }

  get sources(): number {
    return this.#buckets.size;
  }

  get bans(): number {
    return this.#bans.size;
  }

  /** Bans that are not over; the others are forgotten. */
  banned(now: Instant): number {
    for (const [address, until] of this.#bans) if (until <= now) this.#bans.delete(address);
    return this.#bans.size;
  }

  /** Nothing of this address is taken until then. */
  ban(address: string, until: Instant): void {
    if (this.#bans.size >= MOST_BANS) forgetFirst(this.#bans);
    this.#bans.delete(address);
    this.#bans.set(address, until);
  }

  unban(address: string): void {
    this.#bans.delete(address);
  }

  judge(address: string, now: Instant): 'take' | 'banned' | 'too many' {
    if (this.#bans.size > 0 && this.#isBanned(address, now)) return 'banned';
    const bucket = this.#buckets.get(address);
    if (bucket === undefined) {
      if (this.#buckets.size >= MOST_SOURCES) forgetFirst(this.#buckets);
      this.#buckets.set(address, { tokens: this.#rate_per_s * BURST_S - 1, at: now });
      return 'take';
    }
    if (now !== bucket.at) {
      const earned = ((now - bucket.at) * this.#rate_per_s) / 1_000;
      bucket.tokens = Math.min(this.#rate_per_s * BURST_S, bucket.tokens + Math.max(0, earned));
      bucket.at = now;
    }
    if (bucket.tokens < 1) return 'too many';
    bucket.tokens -= 1;
    return 'take';
  }

  #isBanned(address: string, now: Instant): boolean {
    const until = this.#bans.get(address);
    if (until === undefined) return false;
    if (now < until) return true;
    this.#bans.delete(address);
    return false;
  }
}

function forgetFirst(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}

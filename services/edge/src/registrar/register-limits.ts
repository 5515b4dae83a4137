import type { Clock } from '@trunkline/runtime/clock';
import { TokenBuckets } from './token-buckets.ts';

/** Of one source for one address-of-record. A registration is two requests; more than this is a fault or an attack. */
const perUser = { per_s: 1, burst: 10 } as const;
/** Wrong passwords of one source for one address-of-record: so many at once, then one in half a minute. */
const wrong = { per_s: 1 / 30, burst: 10 } as const;
/** Seconds of requests that one source may send at once. */
const burst_s = 2;

/**
 * How much of a registrar's time one source may take. Who asks too often is told to come again later, and who tries password after
 * password is refused unheard. Both are by source, so that nobody can lock another out of his own address-of-record.
 */
export class RegisterLimits {
  readonly #sources: TokenBuckets;
  readonly #users: TokenBuckets;
  readonly #wrong: TokenBuckets;

  /** `per_s`: REGISTERs of one source address. */
  constructor(clock: Clock, per_s: number) {
    this.#sources = new TokenBuckets(clock, { per_s, burst: per_s * burst_s });
    this.#users = new TokenBuckets(clock, perUser);
    this.#wrong = new TokenBuckets(clock, wrong);
  }

  /** Seconds to wait; undefined when the request may be looked at. */
  take(address: string, to_user: string | null): number | undefined {
    return this.#sources.take(address) ?? this.#users.take(keyOf(address, to_user));
  }

  /** A password was wrong. */
  refused(address: string, to_user: string | null): void {
    this.#wrong.take(keyOf(address, to_user));
  }

  /** Too many passwords were wrong: the next one is not looked at. */
  isShutOut(address: string, to_user: string | null): boolean {
    return this.#wrong.isEmpty(keyOf(address, to_user));
  }
}

const keyOf = (address: string, to_user: string | null): string => `${address} ${to_user ?? ''}`;

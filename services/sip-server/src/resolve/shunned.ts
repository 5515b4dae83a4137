import type { Instant } from '@trunkline/contracts/time';
import type { Clock } from '@trunkline/runtime/clock';
import type { Target } from '../transport/transport-layer.ts';

/** Addresses that are remembered; the one that failed first goes first. */
const MOST_SHUNNED = 10_000;
/** How long an address that did not answer comes after the others of its name. */
const USUAL_S = 30;
const MOST_S = 300;

type Place = Pick<Target, 'transport' | 'address' | 'port'>;

/**
 * Addresses of names that lately failed: the others of the same name are tried before them, so that one dead server costs its
 * time of waiting once and not with every request. RFC 3261 §21.5.4 asks for it after a 503 with Retry-After.
 */
export class Shunned {
  readonly #clock: Clock;
  readonly #until = new Map<string, Instant>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#until.size;
  }

  failed(place: Place, for_s = USUAL_S): void {
    const key = keyOf(place);
    this.#until.delete(key);
    this.#until.set(key, (this.#clock.now() + Math.min(for_s, MOST_S) * 1_000) as Instant);
    if (this.#until.size <= MOST_SHUNNED) return;
    const oldest = this.#until.keys().next();
    if (oldest.done !== true) this.#until.delete(oldest.value);
  }

  answered(place: Place): void {
    if (this.#until.size > 0) this.#until.delete(keyOf(place));
  }

  /** None is left out: where all of them failed, the order is what it was. */
  inOrder(targets: readonly Target[]): readonly Target[] {
    if (this.#until.size === 0) return targets;
    const isShunned = (target: Target): boolean => {
      const until = this.#until.get(keyOf(target));
      if (until !== undefined && until <= this.#clock.now()) this.#until.delete(keyOf(target));
      return until !== undefined && until > this.#clock.now();
    };
    const shunned = targets.filter(isShunned);
    return shunned.length === 0 ? targets : [...targets.filter((target) => !shunned.includes(target)), ...shunned];
  }
}

const keyOf = ({ transport, address, port }: Place): string => `${transport} ${address} ${port}`;

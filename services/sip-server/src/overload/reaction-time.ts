import type { Instant } from '@trunkline/contracts/time';
import type { Asked } from './gate.ts';

/** With nothing answered, so many must be waiting before their age says anything about who has to answer. */
const FEWEST_WAITING = 20;
/** Fewer answers in an interval than these are not compared with better times: each may be an exception. */
const FEWEST_ANSWERS = 5;
/** Questions whose answers are waited for; of others the time is not measured. */
const MOST_WAITING = 4_096;
/** For how long, milliseconds, better times are remembered: once or twice this. */
const MEMORY_MS = 30_000;

/**
 * How long somebody takes to answer, interval by interval: the shortest time, since a long one may be a matter of that one
 * question, while a queue delays all of them.
 */
export class ReactionTime {
  readonly #waiting = new Map<Asked, Instant>();
  #answered = 0;
  #shortest_ms: number | undefined;
  /** The shortest times of this and the last `MEMORY_MS`. */
  #best_ms: number | undefined;
  #best_before_ms: number | undefined;
  #memory_since: Instant | undefined;

  /** Answers of this interval. */
  get answered(): number {
    return this.#answered;
  }

  ask(now: () => Instant): Asked {
    const since = now();
    const asked: Asked = { since, answered: () => this.#answer(asked, now()) };
    if (this.#waiting.size < MOST_WAITING) this.#waiting.set(asked, since);
    return asked;
  }

  /** Something shows that the oldest question was got to. */
  oldestAnswered(now: Instant): void {
    for (const oldest of this.#waiting.keys()) {
      this.#answer(oldest, now);
      return;
    }
  }

  /** The shortest time of this interval; with no answer, how long the oldest of many waits; `undefined`: it cannot be said. */
  delay(now: Instant): number | undefined {
    if (this.#shortest_ms !== undefined) return this.#shortest_ms;
    if (this.#waiting.size < FEWEST_WAITING) return undefined;
    for (const since of this.#waiting.values()) return now - since;
    return undefined;
  }

  /** By how much that is more than in the best of the last intervals. */
  excess(now: Instant): number | undefined {
    const delay_ms = this.delay(now);
    const few = this.#shortest_ms !== undefined && this.#answered < FEWEST_ANSWERS;
    if (delay_ms === undefined || few) return undefined;
    return delay_ms - Math.min(this.#best_ms ?? delay_ms, this.#best_before_ms ?? delay_ms, delay_ms);
  }

  /** The interval is over. */
  next(now: Instant): void {
    this.#memory_since ??= now;
    if (now - this.#memory_since >= MEMORY_MS) {
      this.#memory_since = now;
      this.#best_before_ms = this.#best_ms;
      this.#best_ms = undefined;
    }
    if (this.#shortest_ms !== undefined)
      this.#best_ms = Math.min(this.#best_ms ?? this.#shortest_ms, this.#shortest_ms);
    this.#shortest_ms = undefined;
    this.#answered = 0;
  }

  #answer(asked: Asked, now: Instant): void {
    if (!this.#waiting.delete(asked)) return;
    const took_ms = now - asked.since;
    this.#answered += 1;
    this.#shortest_ms = Math.min(this.#shortest_ms ?? took_ms, took_ms);
  }
}

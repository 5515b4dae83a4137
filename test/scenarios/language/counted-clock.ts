import type { Clock, Timer } from '@trunkline/runtime/clock';

/** A clock that knows how many of its timers are pending, so that the edge's can be told from the network's. */
export class CountedClock implements Clock {
  readonly #clock: Clock;
  readonly #pending = new Set<object>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pending(): number {
    return this.#pending.size;
  }

  now(): ReturnType<Clock['now']> {
    return this.#clock.now();
  }

  after(delay_ms: number, run: () => void): Timer {
    const key = {};
    this.#pending.add(key);
    const timer = this.#clock.after(delay_ms, () => {
      this.#pending.delete(key);
      run();
    });
    return {
      cancel: () => {
        this.#pending.delete(key);
        timer.cancel();
      },
    };
  }
}

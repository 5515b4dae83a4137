import type { Instant } from '@trunkline/contracts/time';

export interface Timer {
  /** Has no effect once the timer has fired. */
  cancel(): void;
}

/** The only way to learn the time or to wait. Tests pass a clock that they move by hand. */
export interface Clock {
  now(): Instant;
  /** Calls `run` once, `delay_ms` from now. */
  after(delay_ms: number, run: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => Date.now() as Instant,
  after(delay_ms, run) {
    const handle = setTimeout(run, delay_ms);
    return { cancel: () => clearTimeout(handle) };
  },
};

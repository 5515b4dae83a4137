import type { Clock } from '@trunkline/runtime/clock';

export interface CountedClock extends Clock {
  /** Timers that are set and have neither fired nor been cancelled: one that is never cancelled is a leak that can be seen. */
  readonly timers: number;
}

import type { Clock } from '@trunkline/runtime/clock';

export interface CountedClock extends Clock {
  /** Timers that are set and have neither fired nor been cancelled. */
  readonly timers: number;
}

/** The same clock, which knows how many timers are running: one that is never cancelled is a leak that can be seen. */
export function countedClock(clock: Clock): CountedClock {
  let timers = 0;
  return {
    get timers() {
      return timers;
    },
    now: clock.now,
    after(delay_ms, run) {
      let running = true;
      timers += 1;
      const end = (): boolean => {
        if (!running) return false;
        running = false;
        timers -= 1;
        return true;
      };
      const timer = clock.after(delay_ms, () => {
        end();
        run();
      });
      return {
        cancel() {
          if (end()) timer.cancel();
        },
      };
    },
  };
}

import type { Clock } from '@trunkline/runtime/clock';

/** Runs a callback soon, together with others. */
export type Gather = (run: () => void) => void;

/**
 * What is to be sent in one go. A message that wakes a sleeping process costs some ten times as much as the next one in the
 * same burst, so on a busy server output leaves at most once in `gap_ms`; on a quiet one it leaves at the end of the turn. No
 * callback waits longer than `gap_ms`; order is kept. `defer` runs a callback after the events at hand.
 */
export function createGather(parts: {
  readonly clock: Clock;
  readonly defer: (run: () => void) => void;
  readonly gap_ms: number;
}): Gather {
  const { clock, defer, gap_ms } = parts;
  let waiting: (() => void)[] = [];
  let ran_at = clock.now() - gap_ms;
  const runAll = (): void => {
    const runs = waiting;
    waiting = [];
    ran_at = clock.now();
    for (const run of runs) run();
  };
  return (run) => {
    if (waiting.push(run) > 1) return;
    if (clock.now() - ran_at >= gap_ms) defer(runAll);
    else clock.after(gap_ms, runAll);
  };
}

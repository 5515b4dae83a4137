import type { Instant } from '@trunkline/contracts/time';
import type { Clock } from '@trunkline/runtime/clock';

export interface PendingTimer {
  readonly due_at: Instant;
  /** From now. */
  readonly due_in_ms: number;
}

/** Time stands still until a test moves it. Timers run in the order of their due times; equal ones in the order they were set. */
export interface FakeClock extends Clock {
  /** Runs every timer that falls due, also those set meanwhile, with `now` at each one's time. */
  advance(delay_ms: number): void;
  /** The same, letting promises settle after each timer and at the end: for code that awaits between timers. */
  advanceAsync(delay_ms: number): Promise<void>;
  /** Lets promises settle without moving the time. */
  settle(): Promise<void>;
  /** Soonest first. */
  pending(): readonly PendingTimer[];
}

/** More than this in one advance means a timer that sets itself again without delay. */
const maxRuns = 100_000;
/** Enough turns of the event loop for a chain of awaits on settled promises, and for callbacks of `setImmediate`. */
const settleTurns = 10;

interface Scheduled {
  readonly due_at: number;
  readonly order: number;
  readonly run: () => void;
}

function soonest(timers: ReadonlySet<Scheduled>): Scheduled | undefined {
  let found: Scheduled | undefined;
  // Of equal ones the first in the set is the one set first.
  for (const timer of timers) if (found === undefined || timer.due_at < found.due_at) found = timer;
  return found;
}

export function createFakeClock(start = 1_800_000_000_000): FakeClock {
  const timers = new Set<Scheduled>();
  let now = start;
  let order = 0;

  const sorted = (): Scheduled[] => [...timers].sort((a, b) => a.due_at - b.due_at || a.order - b.order);
  const runNext = (until: number): boolean => {
    const next = soonest(timers);
    if (next === undefined || next.due_at > until) return false;
    timers.delete(next);
    now = Math.max(now, next.due_at);
    next.run();
    return true;
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < settleTurns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  const tooMany = (): Error => new Error(`${maxRuns} timers ran in one advance: one sets itself again without delay`);

  return {
    now: () => now as Instant,
    after(delay_ms, run) {
      const timer = { due_at: now + Math.max(0, delay_ms), order: order++, run };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    advance(delay_ms) {
      const until = now + delay_ms;
      for (let runs = 0; runNext(until); runs++) if (runs >= maxRuns) throw tooMany();
      now = until;
    },
    async advanceAsync(delay_ms) {
      const until = now + delay_ms;
      await settle();
      for (let runs = 0; runNext(until); runs++) {
        if (runs >= maxRuns) throw tooMany();
        await settle();
      }
      now = until;
      await settle();
    },
    settle,
    pending: () => sorted().map(({ due_at }) => ({ due_at: due_at as Instant, due_in_ms: due_at - now })),
  };
}

import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { CountedClock } from './counted-clock.ts';

/** Timers fire up to this late, milliseconds, and never early. */
const TICK_MS = 10;
/** So that one turn of the wheel, some ten seconds, is longer than most timers run. A power of two. */
const SLOTS = 1_024;
/** Shorter ones are not worth a place on the wheel. */
const LEAST_MS = 2 * TICK_MS;

/** A timer in the ring of its slot; the slot itself is one too, without anything to run. */
class Entry implements Timer {
  before: Entry = this;
  after: Entry = this;
  /** When it fires; it passes its slot once for each turn of the wheel until then. */
  readonly tick: number;
  #run: (() => void) | undefined;
  readonly #ended: (() => void) | undefined;

  constructor(tick: number, run?: () => void, ended?: () => void) {
    this.tick = tick;
    this.#run = run;
    this.#ended = ended;
  }

  link(slot: Entry): void {
    this.before = slot.before;
    this.after = slot;
    slot.before.after = this;
    slot.before = this;
  }

  cancel(): void {
    this.take();
  }

  /** What to run, once. */
  take(): (() => void) | undefined {
    const run = this.#run;
    if (run === undefined) return undefined;
    this.#run = undefined;
    this.before.after = this.after;
    this.after.before = this.before;
    this.#ended?.();
    return run;
  }
}

/**
 * A clock whose timers share one timer of another: a SIP server has tens of thousands that mostly are cancelled or run for half a
 * minute, and all that matters is that they cost next to nothing.
 */
export function createTimerWheel(clock: Clock): CountedClock {
  const slots = Array.from({ length: SLOTS }, () => new Entry(0));
  let timers = 0;
  let turned = 0;
  let ticking = false;
  const ended = (): void => {
    timers -= 1;
  };
  const dueIn = (slot: Entry | undefined, tick: number, due: Entry[]): void => {
    for (let entry = slot?.after; entry !== undefined && entry !== slot; entry = entry.after) {
      if (entry.tick <= tick) due.push(entry);
    }
  };
  const turn = (): void => {
    const now = Math.floor(clock.now() / TICK_MS);
    const due: Entry[] = [];
    // After a pause of more than a whole turn each slot is looked at once.
    for (let tick = Math.max(turned + 1, now - SLOTS + 1); tick <= now; tick += 1) dueIn(slots[tick % SLOTS], now, due);
    turned = now;
    // In the order in which they are due; one may cancel another.
    due.sort((one, other) => one.tick - other.tick);
    for (const entry of due) entry.take()?.();
    if (timers > 0) clock.after(TICK_MS, turn);
    else ticking = false;
  };
  return {
    get timers() {
      return timers;
    },
    now: clock.now,
    after(delay_ms, run) {
      timers += 1;
      const now = clock.now();
      const entry = new Entry(Math.ceil((now + delay_ms) / TICK_MS), run, ended);
      if (delay_ms < LEAST_MS) {
        const timer = clock.after(delay_ms, () => entry.take()?.());
        return { cancel: () => entry.take() !== undefined && timer.cancel() };
      }
      const slot = slots[entry.tick % SLOTS];
      if (slot !== undefined) entry.link(slot);
      if (!ticking) {
        ticking = true;
        turned = Math.floor(now / TICK_MS);
        clock.after(TICK_MS, turn);
      }
      return entry;
    },
  };
}

import type { Clock, Timer } from '@trunkline/runtime/clock';

interface Scheduled {
  readonly due_at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Timers that may run in one advance, as a multiple of those that are set: more means one that sets itself again at once. */
const MOST_RUNS = 5_000_000;

/** A clock that is moved by hand, quick with a hundred thousand timers: a binary heap by due time, then order. */
export class FuzzClock implements Clock {
  readonly #heap: Scheduled[] = [];
  #now = 1_800_000_000_000;
  #order = 0;
  #live = 0;

  now(): ReturnType<Clock['now']> {
    return this.#now as ReturnType<Clock['now']>;
  }

  /** Timers that are running. */
  get timers(): number {
    return this.#live;
  }

  after(delay_ms: number, run: () => void): Timer {
    const timer: Scheduled = { due_at: this.#now + Math.max(0, delay_ms), order: this.#order++, run };
    this.#live += 1;
    this.#push(timer);
    return {
      cancel: () => {
        if (timer.run === undefined) return;
        timer.run = undefined;
        this.#live -= 1;
      },
    };
  }

  advance(delay_ms: number): void {
    const until = this.#now + delay_ms;
    for (let runs = 0; ; runs += 1) {
      const next = this.#heap[0];
      if (next === undefined || next.due_at > until) break;
      if (runs > MOST_RUNS) throw new Error('timers set themselves again without end');
      this.#pop();
      const { run } = next;
      if (run === undefined) continue;
      next.run = undefined;
      this.#live -= 1;
      this.#now = Math.max(this.#now, next.due_at);
      run();
    }
    this.#now = until;
  }

  #push(timer: Scheduled): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(timer, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      let smaller = left;
      if (right !== undefined && isBefore(right, left)) {
        smaller = right;
        child += 1;
      }
      if (!isBefore(smaller, last)) break;
      heap[at] = smaller;
      at = child;
    }
    heap[at] = last;
  }
}

const isBefore = (a: Scheduled, b: Scheduled): boolean =>
  a.due_at < b.due_at || (a.due_at === b.due_at && a.order < b.order);

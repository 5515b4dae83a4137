import type { Clock, Timer } from '@trunkline/runtime/clock';

/** Work that waits is dropped beyond this many per place; whoever asked asks again. */
const maxQueued = 200_000;

interface Lane {
  /** Answers to challenges and the like, before what is only beginning. */
  readonly urgent: (() => void)[];
  readonly queue: (() => void)[];
  next_at: number;
  timer: Timer | null;
}

/**
 * A late timer is made up for within this time. The rate is kept this much lower, so that requests that pile up for a fifth of a second on
 * their way do not make a second in which the far end sees more than asked.
 */
const slack_ms = 10;
const reserve = 0.8;

/** Lets work through evenly, at most so many a second to one place, so that no server is stormed. */
export class Pacer {
  readonly #clock: Clock;
  readonly #interval_ms: number;
  readonly #lanes = new Map<string, Lane>();

  constructor(clock: Clock, per_second: number) {
    this.#clock = clock;
    this.#interval_ms = 1_000 / (per_second * reserve);
  }

  /** Runs `work` as soon as the place's rate allows, at once when nothing waits. False: there is no room. */
  run(place: string, work: () => void, urgent = false): boolean {
    const lane = this.#lanes.get(place) ?? { urgent: [], queue: [], next_at: 0, timer: null };
    this.#lanes.set(place, lane);
    if (lane.urgent.length + lane.queue.length >= maxQueued) return false;
    (urgent ? lane.urgent : lane.queue).push(work);
    if (lane.timer === null) this.#pump(place, lane);
    return true;
  }

  /** Work that waits, over all places. */
  get waiting(): number {
    let count = 0;
    for (const { urgent, queue } of this.#lanes.values()) count += urgent.length + queue.length;
    return count;
  }

  stop(): void {
    for (const { timer } of this.#lanes.values()) timer?.cancel();
    this.#lanes.clear();
  }

  #pump(place: string, lane: Lane): void {
    const now = this.#clock.now();
    if (now < lane.next_at) {
      lane.timer = this.#clock.after(Math.ceil(lane.next_at - now), () => {
        lane.timer = null;
        this.#pump(place, lane);
      });
      return;
    }
    const work = lane.urgent.shift() ?? lane.queue.shift();
    if (work === undefined) return void this.#lanes.delete(place);
    lane.next_at = Math.max(lane.next_at, now - slack_ms) + this.#interval_ms;
    lane.timer = this.#clock.after(Math.max(0, Math.ceil(lane.next_at - now)), () => {
      lane.timer = null;
      this.#pump(place, lane);
    });
    work();
  }
}

import type { Instant } from '@trunkline/contracts/time';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import { ADMIT_ALL, type Admission, type Load, nextAdmission } from './admission.ts';
import type { Asked, Gate } from './gate.ts';
import { isScanner } from './scanners.ts';
import type { SourceLimits } from './source-limits.ts';

/** Loads are measured, and the allowance is changed, this often. */
export const INTERVAL_MS = 100;
/** Of the share of the last interval: one that is full means nothing yet. */
const SMOOTHING = 0.2;
/** With nothing answered, so many must be waiting before their age says anything about the application. */
const FEWEST_WAITING = 20;
/** Questions whose answers are waited for; of others the time is not measured. */
const MOST_WAITING = 4_096;

export interface OverloadParts {
  readonly clock: Clock;
  readonly sources: SourceLimits;
  readonly scanners: readonly string[];
  /** Bytes that applications have not taken yet. */
  readonly waiting_bytes: () => number;
  /** Share of the time since the last call in which the event loop was at work. */
  readonly loop_use: () => number;
  readonly events: OverloadEvents;
}

export interface OverloadEvents {
  dropped(reason: 'banned source' | 'source rate' | 'scanner'): void;
}

/** Measures what there is to do, and keeps the door. Existing dialogs never ask here. */
export class OverloadGate implements Gate {
  readonly #parts: OverloadParts;
  readonly #waiting = new Set<Asked>();
  #shortest_ms: number | undefined;
  #admission: Admission = ADMIT_ALL;
  #loop_use = 0;
  #left = 0;
  #admitted = 0;
  #asked = 0;
  #load: Load | undefined;
  #timer: Timer | undefined;

  constructor(parts: OverloadParts) {
    this.#parts = parts;
  }

  /** What the last interval was like. */
  get load(): Load | undefined {
    return this.#load;
  }

  /** New INVITEs that this interval may admit. */
  get allowance(): number | undefined {
    return this.#admission.allowance;
  }

  start(): void {
    this.#next(this.#parts.clock.now());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  takesFrom(address: string): boolean {
    const { sources, clock, events } = this.#parts;
    const verdict = sources.judge(address, clock.now());
    if (verdict === 'take') return true;
    events.dropped(verdict === 'banned' ? 'banned source' : 'source rate');
    return false;
  }

  isScanner(user_agent: string | undefined): boolean {
    const found = isScanner(user_agent, this.#parts.scanners);
    if (found) this.#parts.events.dropped('scanner');
    return found;
  }

  admits(): boolean {
    this.#asked += 1;
    if (this.#admission.allowance !== undefined) {
      if (this.#left < 1) return false;
      this.#left -= 1;
    }
    this.#admitted += 1;
    return true;
  }

  applicationAsked(): Asked {
    const { clock } = this.#parts;
    const asked: Asked = {
      since: clock.now(),
      answered: () => {
        if (!this.#waiting.delete(asked)) return;
        const took_ms = clock.now() - asked.since;
        this.#shortest_ms = Math.min(this.#shortest_ms ?? took_ms, took_ms);
      },
    };
    if (this.#waiting.size < MOST_WAITING) this.#waiting.add(asked);
    return asked;
  }

  #next(now: Instant): void {
    const due = now + INTERVAL_MS;
    this.#timer = this.#parts.clock.after(INTERVAL_MS, () => {
      const at = this.#parts.clock.now();
      this.#decide(at - due);
      this.#next(at);
    });
  }

  #decide(loop_delay_ms: number): void {
    const { waiting_bytes, loop_use } = this.#parts;
    this.#loop_use += (loop_use() - this.#loop_use) * SMOOTHING;
    const load: Load = {
      application_delay_ms: this.#applicationDelay(),
      waiting_bytes: waiting_bytes(),
      loop_delay_ms: Math.max(0, loop_delay_ms),
      loop_use: this.#loop_use,
      admitted: this.#admitted,
      asked: this.#asked,
    };
    this.#load = load;
    this.#admission = nextAdmission(this.#admission, load);
    const { allowance } = this.#admission;
    // What is left of one INVITE goes into the next interval: a few a second would else be none.
    this.#left = allowance === undefined ? 0 : (this.#left % 1) + allowance;
    this.#admitted = 0;
    this.#asked = 0;
    this.#shortest_ms = undefined;
  }

  /** The shortest of an interval, since a long one may be the application's own matter; a queue delays all of them. */
  #applicationDelay(): number {
    if (this.#shortest_ms !== undefined) return this.#shortest_ms;
    if (this.#waiting.size < FEWEST_WAITING) return 0;
    for (const oldest of this.#waiting) return this.#parts.clock.now() - oldest.since;
    return 0;
  }
}

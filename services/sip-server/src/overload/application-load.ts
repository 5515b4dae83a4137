import type { Instant } from '@trunkline/contracts/time';
import { ADMIT_ALL, type Admission, type Load, nextAdmission } from './admission.ts';
import type { Asked } from './gate.ts';
import { ReactionTime } from './reaction-time.ts';

/** Loads are measured, and the allowance is changed, this often. */
export const INTERVAL_MS = 100;
/** What is saved up of an allowance, as a share of it: INVITEs are let in evenly. */
const SAVED_SHARE = 0.3;

/** What the server itself is like, the same for all applications. */
export type OwnLoad = Pick<Load, 'loop_delay_ms' | 'backlog_ms'>;

/** What one application has to do, how long it takes for it, and how many new INVITEs it may be given. */
export class ApplicationLoad {
  readonly #byes = new ReactionTime();
  readonly #invites = new ReactionTime();
  #admission: Admission = ADMIT_ALL;
  #load: Load | undefined;
  #admitted = 0;
  #turned_away = 0;
  #left = 0;
  #left_at: Instant;

  constructor(now: Instant) {
    this.#left_at = now;
  }

  /** What the last interval was like. */
  get load(): Load | undefined {
    return this.#load;
  }

  /** New INVITEs that this interval may bring. */
  get allowance(): number | undefined {
    return this.#admission.allowance;
  }

  asked(method: 'BYE' | 'INVITE', now: () => Instant): Asked {
    return (method === 'BYE' ? this.#byes : this.#invites).ask(now);
  }

  calls(now: Instant): void {
    this.#invites.oldestAnswered(now);
  }

  turnedAway(): void {
    this.#turned_away += 1;
  }

  hasRoom(now: Instant): boolean {
    const { allowance } = this.#admission;
    if (allowance === undefined) return true;
    const earned = (allowance * (now - this.#left_at)) / INTERVAL_MS;
    this.#left = Math.min(Math.max(1, allowance * SAVED_SHARE), this.#left + Math.max(0, earned));
    this.#left_at = now;
    return this.#left >= 1;
  }

  /** Takes one of the allowance. */
  admits(now: Instant): boolean {
    if (!this.hasRoom(now)) return false;
    if (this.#admission.allowance !== undefined) this.#left -= 1;
    this.#admitted += 1;
    return true;
  }

  /** At the end of an interval. */
  decide(now: Instant, waiting_bytes: number, own: OwnLoad): void {
    const load: Load = {
      ...own,
      application_delay_ms: this.#delay(now),
      waiting_bytes,
      admitted: this.#admitted,
      asked: this.#admitted + this.#turned_away,
      reached: this.#invites.answered,
    };
    this.#load = load;
    const before = this.#admission.allowance;
    this.#admission = nextAdmission(this.#admission, load);
    if (before === undefined) this.#left_at = now;
    this.#admitted = 0;
    this.#turned_away = 0;
    this.#byes.next(now);
    this.#invites.next(now);
  }

  /**
   * A BYE is answered without thinking, so the time for it is the queue. Where there are none, it is by how much longer an
   * INVITE waits than it did in better times: the rest is what the application does for it.
   */
  #delay(now: Instant): number {
    return this.#byes.delay(now) ?? this.#invites.excess(now) ?? 0;
  }
}

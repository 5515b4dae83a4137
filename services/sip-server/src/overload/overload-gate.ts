import type { Instant } from '@trunkline/contracts/time';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Application } from '../control/application.ts';
import type { Load } from './admission.ts';
import { ApplicationLoad, INTERVAL_MS } from './application-load.ts';
import type { Asked, Gate } from './gate.ts';
import { isScanner } from './scanners.ts';
import type { SourceLimits } from './source-limits.ts';

export interface OverloadParts {
  readonly clock: Clock;
  readonly sources: SourceLimits;
  readonly scanners: readonly string[];
  /** Those that take new INVITEs. */
  readonly applications: () => readonly Application[];
  /** How long what belongs to calls waits in the kernel until it is read, milliseconds. */
  readonly backlog_ms: () => number;
  readonly events: OverloadEvents;
}

export interface OverloadEvents {
  banned(): void;
  dropped(reason: 'banned source' | 'source rate' | 'scanner' | 'backlog'): void;
}

/** Measures what there is to do, and keeps the door. Existing dialogs never ask here. */
export class OverloadGate implements Gate {
  readonly #parts: OverloadParts;
  readonly #loads = new Map<Application, ApplicationLoad>();
  #timer: Timer | undefined;

  constructor(parts: OverloadParts) {
    this.#parts = parts;
  }

  /** What the last interval was like, application by application. */
  get loads(): readonly Load[] {
    return [...this.#loads.values()].flatMap(({ load }) => (load === undefined ? [] : [load]));
  }

  /** Whether new INVITEs are limited for any application. */
  get limited(): boolean {
    for (const load of this.#loads.values()) if (load.allowance !== undefined) return true;
    return false;
  }

  /** New INVITEs that an application may be given in this interval. */
  allowance(app: Application): number | undefined {
    return this.#loads.get(app)?.allowance;
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

  ban(address: string, seconds: number): void {
    const { sources, clock, events } = this.#parts;
    sources.ban(address, (clock.now() + seconds * 1_000) as Instant);
    events.banned();
  }

  /** Sources of which nothing is taken now. */
  get banned(): number {
    return this.#parts.sources.banned(this.#parts.clock.now());
  }

  isScanner(user_agent: string | undefined): boolean {
    const found = isScanner(user_agent, this.#parts.scanners);
    if (found) this.#parts.events.dropped('scanner');
    return found;
  }

  hasRoom(): boolean {
    const applications = this.#parts.applications();
    const now = this.#parts.clock.now();
    for (const app of applications) if (!app.congested && this.#of(app).hasRoom(now)) return true;
    // Without an application it is not for want of room that nobody takes it.
    return applications.length === 0;
  }

  turnedAway(): void {
    for (const load of this.#loads.values()) load.turnedAway();
  }

  admits(app: Application): boolean {
    return this.#of(app).admits(this.#parts.clock.now());
  }

  asked(app: Application, method: 'BYE' | 'INVITE'): Asked {
    return this.#of(app).asked(method, this.#parts.clock.now);
  }

  calls(app: Application): void {
    this.#of(app).calls(this.#parts.clock.now());
  }

  #of(app: Application): ApplicationLoad {
    let load = this.#loads.get(app);
    if (load === undefined) {
      load = new ApplicationLoad(this.#parts.clock.now());
      this.#loads.set(app, load);
    }
    return load;
  }

  #next(now: Instant): void {
    const due = now + INTERVAL_MS;
    this.#timer = this.#parts.clock.after(INTERVAL_MS, () => {
      const at = this.#parts.clock.now();
      this.#decide(at, { loop_delay_ms: Math.max(0, at - due), backlog_ms: this.#parts.backlog_ms() });
      this.#next(at);
    });
  }

  #decide(now: Instant, own: { readonly loop_delay_ms: number; readonly backlog_ms: number }): void {
    for (const [app, load] of this.#loads) {
      if (app.open) load.decide(now, app.waiting_bytes, own);
      else this.#loads.delete(app);
    }
  }
}

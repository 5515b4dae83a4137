import { heartbeatInterval_ms, heartbeatLifetime_ms } from '@trunkline/contracts/edge-heartbeat';
import { type EdgeUsage, edgeUsageSchema } from '@trunkline/contracts/edge-usage';
import type { EdgeId } from '@trunkline/contracts/ids';
import { buckets } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import type { Bucket, Bus, Change, Subscription } from '@trunkline/runtime/bus';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import type { LimitKey } from '../call/calls.ts';
import type { OthersUsage, OwnUsage } from './limiter.ts';

/** From a change until it is told, for few keys: all that happens in between is told at once. */
export const tellAfter_ms = 100;
/** The same for each key, so that a document of thousands is not written ten times a second. */
const perKey_ms = 0.5;

export interface SharedUsageParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly edge: EdgeId;
  /** Ours. */
  readonly read: (now: Instant) => OwnUsage;
}

interface Other {
  readonly at: Instant;
  readonly usage: EdgeUsage;
}

interface Admitted {
  readonly at: Instant;
  readonly calls: number;
}

/** Keys whose calls on other edges are remembered; the oldest gives way. */
const maxKeys = 100_000;
/** Remembered of one key: more changes than come in the window of a rate of one call in ten seconds. */
const maxRemembered = 128;

/** Tells the other edges what counts against limits, and hears it from them: KV `usage`. */
export class SharedUsage implements OthersUsage {
  readonly #parts: SharedUsageParts;
  /** As many as there were edges since we started. */
  readonly #others = new Map<EdgeId, Other>();
  readonly #admitted = new Map<LimitKey, readonly Admitted[]>();
  #bucket: Bucket | null = null;
  #watch: Subscription | null = null;
  /** What was there at the start is known. */
  #ready = false;
  #timer: Timer | null = null;
  #telling = false;
  #wanted = false;
  #told = '';
  #stopped = false;

  constructor(parts: SharedUsageParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#bucket = await this.#parts.bus.bucket(buckets.usage);
    this.#watch = await this.#bucket.watch(
      (change) => this.#heard(change),
      () => {
        this.#ready = true;
      },
    );
    this.#arm(heartbeatInterval_ms);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#watch?.stop();
    try {
      await this.#bucket?.delete(this.#parts.edge);
    } catch (error) {
      this.#parts.logger.debug('What counts against limits could not be withdrawn', { error });
    }
  }

  channels(key: LimitKey): number {
    const since = this.#parts.clock.now() - heartbeatLifetime_ms;
    let sum = 0;
    for (const { at, usage } of this.#others.values()) if (at > since) sum += usage.channels[key] ?? 0;
    return sum;
  }

  recent(key: LimitKey, window_ms: number, now: Instant): number {
    const inWindow = (this.#admitted.get(key) ?? []).filter(({ at }) => now - at < window_ms);
    return inWindow.reduce((sum, { calls }) => sum + calls, 0);
  }

  changed(): void {
    if (this.#wanted || this.#stopped || this.#bucket === null) return;
    this.#wanted = true;
    if (this.#telling) return;
    const keys = Object.keys(this.#parts.read(this.#parts.clock.now()).admitted).length;
    this.#arm(Math.max(tellAfter_ms, Math.round(keys * perKey_ms)));
  }

  #arm(delay_ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.after(delay_ms, () => void this.#tell());
  }

  async #tell(): Promise<void> {
    const { edge, clock, read, logger } = this.#parts;
    this.#telling = true;
    this.#wanted = false;
    const { channels, admitted } = read(clock.now());
    const document = JSON.stringify({ edge, channels, admitted } satisfies EdgeUsage);
    // Without a call there is nothing that would have to be kept alive.
    if (document !== this.#told || Object.keys(channels).length > 0) {
      try {
        await this.#bucket?.put(edge, document);
        this.#told = document;
      } catch (error) {
        logger.debug('What counts against limits could not be told to the other edges', { error });
      }
    }
    this.#telling = false;
    if (!this.#stopped) this.#arm(this.#wanted ? tellAfter_ms : heartbeatInterval_ms);
  }

  #heard(change: Change): void {
    const edge = change.key as EdgeId;
    if (edge === this.#parts.edge) return;
    const at = this.#parts.clock.now();
    const before = this.#others.get(edge)?.usage.admitted;
    const usage = change.kind === 'put' ? readUsage(change.value) : undefined;
    if (usage === undefined) {
      // What it has admitted stays known: should it be there all the same, it is not counted again.
      if (before !== undefined) this.#others.set(edge, { at, usage: { edge, channels: {}, admitted: before } });
      return;
    }
    this.#others.set(edge, { at, usage });
    // What edges admitted before we listened may be of yesterday.
    if (before === undefined && !this.#ready) return;
    for (const [key, count] of Object.entries(usage.admitted)) {
      const known = before?.[key] ?? 0;
      // An edge that began anew counts from zero.
      const calls = count >= known ? count - known : count;
      if (calls > 0) this.#remember(key as LimitKey, { at, calls });
    }
  }

  #remember(key: LimitKey, admitted: Admitted): void {
    const before = this.#admitted.get(key) ?? [];
    // Set anew, so that the map's order is that of the latest calls.
    this.#admitted.delete(key);
    const [oldest] = this.#admitted.keys();
    if (this.#admitted.size >= maxKeys && oldest !== undefined) this.#admitted.delete(oldest);
    this.#admitted.set(key, [...before.slice(1 - maxRemembered), admitted]);
  }
}

function readUsage(text: string): EdgeUsage | undefined {
  try {
    return edgeUsageSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

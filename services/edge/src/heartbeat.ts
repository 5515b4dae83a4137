import type { EdgeHeartbeat } from '@trunkline/contracts/edge-heartbeat';
import { heartbeatInterval_ms } from '@trunkline/contracts/edge-heartbeat';
import { buckets } from '@trunkline/contracts/nats-map';
import type { Bucket, Bus } from '@trunkline/runtime/bus';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';

/** Tells the others that this edge is there and how far it has followed the configuration. */
export class Heartbeat {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #read: () => EdgeHeartbeat;
  #bucket: Bucket | null = null;
  #timer: Timer | null = null;
  #stopped = false;
  #beating = false;
  /** Something is to be told before the interval is over. */
  #wanted = false;

  constructor(parts: {
    readonly bus: Bus;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly read: () => EdgeHeartbeat;
  }) {
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#read = parts.read;
  }

  start(): void {
    void this.#beat();
  }

  /** Tells before the interval is over, at most every {@link least_ms}: somebody may wait for a change to be applied. */
  soon(): void {
    if (this.#stopped || this.#wanted) return;
    this.#wanted = true;
    if (this.#beating) return;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(0, () => void this.#beat());
  }

  /** Takes the edge out of the list, so that nobody waits for it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    try {
      await this.#bucket?.delete(this.#read().edge);
    } catch (error) {
      this.#logger.warn('The heartbeat could not be withdrawn', { error });
    }
  }

  async #beat(): Promise<void> {
    this.#beating = true;
    this.#wanted = false;
    try {
      this.#bucket ??= await this.#bus.bucket(buckets.edges);
      const heartbeat = this.#read();
      await this.#bucket.put(heartbeat.edge, JSON.stringify(heartbeat));
    } catch (error) {
      // NATS is away; the next beat tells as much as this one would have.
      this.#logger.debug('The heartbeat could not be published', { error });
    }
    this.#beating = false;
    const pause_ms = this.#wanted ? least_ms : heartbeatInterval_ms;
    if (!this.#stopped) this.#timer = this.#clock.after(pause_ms, () => void this.#beat());
  }
}

/** Between two heartbeats while changes stream in. */
const least_ms = 10;

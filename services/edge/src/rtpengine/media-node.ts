import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import type { NodeState } from './choose-node.ts';
import type { NgControl } from './ng-control.ts';
import { count, record } from './ng-reply.ts';
import { afterPing, type NodeHealth, newNodeHealth, pingDeadline_ms, pingInterval_ms } from './node-health.ts';

/** A call on a node. */
export interface NodeUser {
  nodeLost(): void;
}

export interface MediaNodeParts {
  /** `host:port`, for people. */
  readonly name: string;
  readonly weight: number;
  readonly control: NgControl;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** After a refusal for want of room, so long no new call is sent there while others have room. */
const fullFor_ms = 2_000;
/** Every so many pings the figures of the node are looked at as well. */
const pingsPerLook = 4;
/** It tells whole seconds. */
const startTolerance_ms = 2_000;

/** One rtpengine: who is on it, and whether it is alive. */
export class MediaNode implements NodeState {
  readonly name: string;
  readonly weight: number;
  readonly control: NgControl;
  readonly users = new Set<NodeUser>();
  readonly #clock: Clock;
  readonly #logger: Logger;
  #health: NodeHealth = newNodeHealth;
  #fullUntil = 0;
  /** Calls on it, those of other edges too, when it was last asked. */
  #told = 0;
  /** By its own account. */
  #startedAt: number | null = null;
  #timer: Timer | null = null;
  #isStopped = false;

  constructor({ name, weight, control, clock, logger }: MediaNodeParts) {
    this.name = name;
    this.weight = weight;
    this.control = control;
    this.#clock = clock;
    this.#logger = logger;
  }

  get isUp(): boolean {
    return this.#health.isUp;
  }

  get isFull(): boolean {
    return this.#clock.now() < this.#fullUntil;
  }

  get load(): number {
    return Math.max(this.users.size, this.#told);
  }

  hasNoRoom(): void {
    this.#fullUntil = this.#clock.now() + fullFor_ms;
  }

  /** Pings until `stop`. */
  watch(): void {
    void this.#beat(0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.control.close();
  }

  async #beat(number: number): Promise<void> {
    const asked_at = this.#clock.now();
    const looks = number % pingsPerLook === 0;
    const result = await this.control.send(looks ? 'statistics' : 'ping', {}, [pingDeadline_ms]);
    if (this.#isStopped) return;
    // When this process was held up, the answer may be lying in the socket: that says nothing about the node.
    const wasHeldUp = this.#clock.now() - asked_at > 2 * pingDeadline_ms;
    if (result.ok || !wasHeldUp) this.#follow(result.ok);
    if (result.ok && looks) this.#look(result.reply);
    this.#timer = this.#clock.after(pingInterval_ms, () => void this.#beat(number + 1));
  }

  #follow(answered: boolean): void {
    const before = this.#health;
    this.#health = afterPing(before, answered);
    if (before.isUp === this.#health.isUp) return;
    if (this.#health.isUp) {
      this.#logger.info('The media node answers again', { node: this.name });
      return;
    }
    this.#logger.error('The media node does not answer', { node: this.name, calls: this.users.size });
    this.#loseUsers();
  }

  #look(reply: Readonly<Record<string, unknown>>): void {
    const statistics = record(reply['statistics']) ?? reply;
    this.#told = count(record(statistics['currentstatistics'])?.['sessionsown']);
    const uptime_s = Number(record(statistics['totalstatistics'])?.['uptime']);
    if (Number.isNaN(uptime_s)) return;
    const startedAt = this.#clock.now() - uptime_s * 1_000;
    if (this.#startedAt !== null && startedAt > this.#startedAt + startTolerance_ms) {
      this.#logger.error('The media node was started anew', { node: this.name, calls: this.users.size });
      this.#loseUsers();
    }
    this.#startedAt = startedAt;
  }

  #loseUsers(): void {
    this.#told = 0;
    this.#startedAt = null;
    for (const user of [...this.users]) user.nodeLost();
    this.users.clear();
  }
}

import { edgeHeartbeatSchema, heartbeatLifetime_ms } from '@trunkline/contracts/edge-heartbeat';
import type { EdgeId } from '@trunkline/contracts/ids';
import { buckets } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import type { LeaseView } from '@trunkline/policy/lease';
import type { Bus, Change, Subscription } from '@trunkline/runtime/bus';
import type { Clock, Timer } from '@trunkline/runtime/clock';

/** After the last moment at which a beat counts. */
const grace_ms = 10;

/** Which edges there are, by their heartbeats in KV `edges` and by our own clock. */
export class LiveEdges {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #self: EdgeId;
  readonly #isDraining: () => boolean;
  readonly #onChange: () => void;
  readonly #heard = new Map<EdgeId, { readonly at: number; readonly draining: boolean }>();
  #watch: Subscription | null = null;
  #timer: Timer | null = null;
  #ready = false;
  #connected_at: Instant;
  #text = '';
  #reconnected = false;
  #view: LeaseView;

  constructor(parts: {
    readonly bus: Bus;
    readonly clock: Clock;
    readonly self: EdgeId;
    readonly isDraining: () => boolean;
    /** The set of edges is another. */
    readonly onChange: () => void;
  }) {
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#self = parts.self;
    this.#isDraining = parts.isDraining;
    this.#onChange = parts.onChange;
    this.#connected_at = parts.clock.now();
    this.#view = { self: parts.self, candidates: [parts.self], live: new Set([parts.self]) };
  }

  /** Every heartbeat that was there has been read. */
  get ready(): boolean {
    return this.#ready;
  }

  get view(): LeaseView {
    return this.#view;
  }

  async start(): Promise<void> {
    this.#bus.onConnectionChange((connected) => {
      if (!connected) return;
      this.#connected_at = this.#clock.now();
      this.#reconnected = true;
    });
    const bucket = await this.#bus.bucket(buckets.edges);
    this.#watch = await bucket.watch(
      (change) => this.#heardOf(change),
      () => {
        this.#ready = true;
        this.#look();
      },
    );
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#watch?.stop();
  }

  #heardOf(change: Change): void {
    if (change.kind === 'delete') {
      this.#heard.delete(change.key as EdgeId);
    } else {
      const { data } = edgeHeartbeatSchema.safeParse(readJson(change.value));
      if (data === undefined) return;
      // What was there before we came may be old: its own time counts, as far as it is not of the future.
      const now = this.#clock.now();
      this.#heard.set(data.edge, { at: this.#ready ? now : Math.min(now, data.at), draining: data.draining });
    }
    if (this.#ready) this.#look();
  }

  /** The next moment at which somebody may have been silent for too long. */
  #armLook(now: number): void {
    let next = Number.POSITIVE_INFINITY;
    for (const [edge, { at }] of this.#heard) {
      if (edge !== this.#self && at + heartbeatLifetime_ms >= now) next = Math.min(next, at + heartbeatLifetime_ms);
    }
    if (now - this.#connected_at < heartbeatLifetime_ms)
      next = Math.min(next, this.#connected_at + heartbeatLifetime_ms);
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(next - now + grace_ms, () => this.#look());
  }

  #look(): void {
    const now = this.#clock.now();
    this.#armLook(now);
    // While NATS is away nobody is heard, which says nothing of them; nor just after, before they can have beaten again.
    const isSettling = this.#reconnected && now - this.#connected_at < heartbeatLifetime_ms;
    if (!this.#bus.connected || isSettling) return;
    const live = [...this.#heard].filter(([edge, { at }]) => edge !== this.#self && now - at <= heartbeatLifetime_ms);
    const others = live.filter(([, { draining }]) => !draining).map(([edge]) => edge);
    const candidates = (this.#isDraining() ? others : [...others, this.#self]).sort();
    const view = { self: this.#self, candidates, live: new Set([...live.map(([edge]) => edge), this.#self]) };
    const text = `${candidates.join()} of ${[...view.live].sort().join()}`;
    if (text === this.#text) return;
    this.#text = text;
    this.#view = view;
    this.#onChange();
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

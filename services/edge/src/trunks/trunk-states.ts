import type { TrunkEvent } from '@trunkline/contracts/events/trunk-events';
import {
  type GatewayState,
  type RegistrationState,
  type TrunkState,
  trunkStateSchema,
} from '@trunkline/contracts/events/trunk-state';
import type { EdgeId, EventId, GatewayId } from '@trunkline/contracts/ids';
import { buckets, trunkSubject } from '@trunkline/contracts/nats-map';
import type { PolicyTrunk } from '@trunkline/policy/policy';
import type { Bucket, Bus, Change, Subscription } from '@trunkline/runtime/bus';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import type { OutboxEvent } from '@trunkline/runtime/outbox';

type Owned = Pick<PolicyTrunk, 'id' | 'account' | 'key'>;

const maxWrites = 64;
const retry_ms = 1_000;

export interface TrunkStatesParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly edge: EdgeId;
  readonly publish: (event: OutboxEvent) => void;
  /** An entry of another edge changed: a lease may have become free, a gateway may be down. */
  readonly onChange: (key: string, state: TrunkState | undefined) => void;
}

/** KV `registrations`: what this edge knows of its trunks, told to everyone, and what the others tell of theirs. */
export class TrunkStates {
  readonly #parts: TrunkStatesParts;
  /** The newest of every trunk: ours as we have it, others' as they told. */
  readonly #known = new Map<string, TrunkState>();
  /** Ours that are to be written; the newest state is written, not every one. */
  readonly #dirty = new Set<string>();
  readonly #writing = new Set<string>();
  /** Revisions of our own last writes. */
  readonly #revisions = new Map<string, number>();
  /** What came while we wrote: it counts only if it was written after ours. */
  readonly #overheard = new Map<string, Change>();
  #bucket: Bucket | null = null;
  #watch: Subscription | null = null;
  #retry: Timer | null = null;
  #ready = false;
  #stopped = false;

  constructor(parts: TrunkStatesParts) {
    this.#parts = parts;
  }

  get ready(): boolean {
    return this.#ready;
  }

  async start(): Promise<void> {
    this.#bucket = await this.#parts.bus.bucket(buckets.registrations);
    this.#watch = await this.#bucket.watch(
      (change) => this.#heard(change),
      () => {
        this.#ready = true;
        this.#parts.onChange('', undefined);
      },
    );
  }

  /** Waits for nothing: what is not written is found to be out of date by whoever reads it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry?.cancel();
    await this.#watch?.stop();
  }

  of(key: string): TrunkState | undefined {
    return this.#known.get(key);
  }

  all(): Iterable<readonly [string, TrunkState]> {
    return this.#known;
  }

  /** States that wait to be written. */
  get waiting(): number {
    return this.#dirty.size + this.#writing.size;
  }

  /** From now on the trunk is ours. What was known of it stays known. */
  claim(trunk: Owned): void {
    this.#change(trunk, (state) => state);
  }

  /** Others may have it. */
  release(trunk: Owned): void {
    this.#change(trunk, (state) => ({ ...state, edge: null }));
  }

  /** The trunk is no more, or has nothing to be told of. */
  drop(key: string): void {
    if (!this.#known.delete(key)) return;
    this.#dirty.add(key);
    this.#write();
  }

  setRegistration(trunk: Owned, registration: RegistrationState): void {
    this.#change(trunk, (state) => ({ ...state, registration }));
    const base = this.#eventOf(trunk);
    switch (registration.state) {
      case 'registered':
        return this.#publish({ type: 'trunk.registration.registered', ...base, registration });
      case 'failed':
        return this.#publish({ type: 'trunk.registration.failed', ...base, registration });
      case 'unregistered':
        return this.#publish({ type: 'trunk.registration.unregistered', ...base, registration });
    }
  }

  setGateway(trunk: Owned, gateway: GatewayState): void {
    this.#change(trunk, (state) => ({
      ...state,
      gateways: [...state.gateways.filter((each) => each.gateway !== gateway.gateway), gateway],
    }));
    const type = gateway.reachable ? 'trunk.gateway.reachable' : 'trunk.gateway.unreachable';
    this.#publish({ type, ...this.#eventOf(trunk), gateway });
  }

  /** Forgets the gateways that are no longer probed. */
  keepGateways(trunk: Owned, wanted: ReadonlySet<GatewayId>): void {
    const known = this.#known.get(trunk.key)?.gateways ?? [];
    if (known.every(({ gateway }) => wanted.has(gateway))) return;
    this.#change(trunk, (state) => ({
      ...state,
      gateways: state.gateways.filter(({ gateway }) => wanted.has(gateway)),
    }));
  }

  #change(trunk: Owned, change: (state: TrunkState) => TrunkState): void {
    const { edge, clock } = this.#parts;
    const known = this.#known.get(trunk.key);
    const { registration = null, gateways = [] } = known ?? {};
    const ours = { trunk: trunk.id, account: trunk.account, edge, at: clock.now(), registration, gateways };
    const state = change(ours);
    this.#known.set(trunk.key, state);
    this.#parts.onChange(trunk.key, state);
    this.#dirty.add(trunk.key);
    this.#write();
  }

  #eventOf({ id, account }: Owned): Pick<TrunkEvent, 'id' | 'at' | 'account' | 'trunk' | 'edge'> {
    const { ids, clock, edge } = this.#parts;
    return { id: ids.ulid() as EventId, at: clock.now(), account, trunk: id, edge };
  }

  #publish(event: TrunkEvent): void {
    this.#parts.publish({ subject: trunkSubject(event), payload: JSON.stringify(event), msg_id: event.id });
  }

  #heard(change: Change): void {
    if (this.#dirty.has(change.key) || this.#writing.has(change.key)) {
      this.#overheard.set(change.key, change);
      return;
    }
    // Our own echo.
    if (this.#revisions.get(change.key) === change.revision) return;
    this.#revisions.delete(change.key);
    const state = change.kind === 'put' ? trunkStateSchema.safeParse(readJson(change.value)).data : undefined;
    if (state === undefined) this.#known.delete(change.key);
    else this.#known.set(change.key, state);
    this.#parts.onChange(change.key, state);
  }

  #write(): void {
    const bucket = this.#bucket;
    if (bucket === null || this.#retry !== null || this.#stopped) return;
    for (const key of this.#dirty) {
      if (this.#writing.size >= maxWrites) return;
      if (this.#writing.has(key)) continue;
      this.#dirty.delete(key);
      this.#writing.add(key);
      void this.#writeOne(bucket, key);
    }
  }

  async #writeOne(bucket: Bucket, key: string): Promise<void> {
    const state = this.#known.get(key);
    try {
      if (state === undefined) {
        this.#revisions.delete(key);
        await bucket.delete(key);
      } else this.#revisions.set(key, await bucket.put(key, JSON.stringify(state)));
    } catch (error) {
      this.#parts.logger.debug('A trunk state could not be published', { key, error });
      this.#dirty.add(key);
      this.#retry ??= this.#parts.clock.after(retry_ms, () => {
        this.#retry = null;
        this.#write();
      });
    }
    this.#writing.delete(key);
    this.#settle(key);
    this.#write();
  }

  #settle(key: string): void {
    const change = this.#overheard.get(key);
    if (change === undefined || this.#dirty.has(key)) return;
    this.#overheard.delete(key);
    if (change.revision > (this.#revisions.get(key) ?? 0)) this.#heard(change);
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import type { TrunkState, UnregisteredReason } from '@trunkline/contracts/events/trunk-state';
import type { EdgeId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { leaseOwner, leaseStep } from '@trunkline/policy/lease';
import type { Chance } from '@trunkline/policy/order-gateways';
import type { RegistrationWanted } from '@trunkline/policy/plan-registrations';
import type { PolicyTrunk, ServiceRoute } from '@trunkline/policy/policy';
import type { PolicyIndex } from '@trunkline/policy/policy-index';
import type { Observation } from '@trunkline/policy/qualify';
import type { Bus } from '@trunkline/runtime/bus';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import type { OutboxEvent } from '@trunkline/runtime/outbox';
import { LiveEdges } from './live-edges.ts';
import { Pacer } from './pacer.ts';
import { Probes } from './probes.ts';
import { Registrations, wantedRegistration } from './registrations.ts';
import type { Answer, Requester, RequestSpec } from './requester.ts';
import { TrunkStates } from './trunk-states.ts';

export interface TrunkKeeperParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly chance: Chance;
  readonly logger: Logger;
  readonly policy: PolicyIndex;
  /** True once every trunk is loaded. */
  readonly policyReady: () => boolean;
  readonly requester: Requester;
  /** Requests can be sent. */
  readonly connected: () => boolean;
  readonly publish: (event: OutboxEvent) => void;
  /** User part of our Contact, by the trunk's KV key. */
  readonly contactUser: (key: string) => string;
  readonly isDraining: () => boolean;
  readonly onImpossible: (phase: string, event: string) => void;
  readonly settings: {
    readonly edge: EdgeId;
    /** Seconds to ask registrars for. */
    readonly expires_s: number;
    /** REGISTERs a second to one registrar, and OPTIONS a second to one gateway. */
    readonly registers_per_second: number;
    readonly probes_per_second: number;
  };
}

/** Changes come in bursts; one look serves all of them. */
const settle_ms = 50;
/** A look at many trunks takes its time, in which no call is served: the next one waits so many times as long. */
const restFactor = 20;
/** Also without a change: trunks expire by themselves, and a lost wake-up must not matter. */
const sweep_ms = 30_000;
const leaveDeadline_ms = 3_000;
const leavePoll_ms = 50;

/**
 * Keeps the trunks that this edge owns registered and their gateways probed. One owner per trunk over all live edges; what is
 * wanted is compared with what is there at every change and on a timer.
 */
export class TrunkKeeper {
  readonly #parts: TrunkKeeperParts;
  readonly #edges: LiveEdges;
  readonly #states: TrunkStates;
  readonly #registrations: Registrations;
  readonly #probes: Probes;
  readonly #pacers: { readonly register: Pacer; readonly probe: Pacer };
  readonly #owned = new Set<string>();
  #owners = new Map<string, EdgeId | undefined>();
  #timer: Timer | null = null;
  #due_at = Number.POSITIVE_INFINITY;
  #rested_at = 0;
  #stopping = false;

  constructor(parts: TrunkKeeperParts) {
    this.#parts = parts;
    const { bus, clock, ids, logger, policy, requester, settings, publish, chance, contactUser, onImpossible } = parts;
    const hex = (bytes: number): string => ids.hex(bytes);
    this.#pacers = {
      register: new Pacer(clock, settings.registers_per_second),
      probe: new Pacer(clock, settings.probes_per_second),
    };
    this.#edges = new LiveEdges({
      bus,
      clock,
      self: settings.edge,
      isDraining: parts.isDraining,
      onChange: () => {
        this.#owners = new Map();
        this.wake();
      },
    });
    this.#states = new TrunkStates({
      ...{ bus, clock, ids, logger, publish, edge: settings.edge },
      onChange: (key, state) => this.#stateChanged(key, state),
    });
    this.#registrations = new Registrations({
      ...{ clock, chance, hex, logger, policy, requester, contactUser, onImpossible },
      pacer: this.#pacers.register,
      expires_s: settings.expires_s,
      onState: (trunk, state) => this.#states.setRegistration(trunk, state),
      onGone: (trunk) => {
        this.#letGo(trunk);
        this.wake();
      },
    });
    this.#probes = new Probes({
      ...{ clock, chance, hex },
      send: (place, compose, done) => this.#sendProbe(place, compose, done),
      known: (key, gateway) => this.#states.of(key)?.gateways.find((each) => each.gateway === gateway),
      onState: (trunk, state) => {
        logger.info('A gateway changed', { trunk: trunk.id, gateway: state.name, reachable: state.reachable });
        this.#states.setGateway(trunk, state);
        if (state.reachable) this.#registrations.nudge(trunk.key);
      },
    });
  }

  async start(): Promise<void> {
    await this.#edges.start();
    await this.#states.start();
    this.wake();
  }

  /** Something changed: trunks, edges, leases, the connection. */
  wake(): void {
    this.#lookIn(Math.max(settle_ms, this.#rested_at - this.#parts.clock.now()));
  }

  /** Requests can be sent again after they could not. */
  signallingBack(): void {
    for (const key of this.#owned) this.#registrations.nudgeFailed(key);
    this.wake();
  }

  /** What a call told of `host:port`. */
  heard(place: string, observation: Observation): void {
    this.#probes.heard(place, observation);
  }

  /** Of the live edges one looks after a thing that each could; the key is whatever names it. */
  isOwner(key: string): boolean {
    const { self, candidates } = this.#edges.view;
    return leaseOwner(key, candidates) === self;
  }

  /** For metrics. */
  counts(): { readonly owned: number; readonly probed: number; readonly registrations: ReadonlyMap<string, number> } {
    return { owned: this.#owned.size, probed: this.#probes.size, registrations: this.#registrations.counts() };
  }

  /** Removes our bindings, as far as the deadline allows, and lets others take the trunks. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#timer?.cancel();
    this.#probes.stop();
    this.#registrations.reconcile(new Map(), () => 'shutdown');
    const { clock } = this.#parts;
    const end = clock.now() + leaveDeadline_ms;
    const isQuiet = (): boolean => this.#registrations.isEmpty && this.#states.waiting === 0;
    while (!isQuiet() && clock.now() < end) await new Promise<void>((resolve) => clock.after(leavePoll_ms, resolve));
    for (const key of this.#owned) {
      const trunk = this.#parts.policy.trunk(key);
      if (trunk !== undefined) this.#states.release(trunk);
    }
    const flushed = clock.now() + leaveDeadline_ms;
    while (this.#states.waiting > 0 && clock.now() < flushed) {
      await new Promise<void>((resolve) => clock.after(leavePoll_ms, resolve));
    }
    this.#pacers.register.stop();
    this.#pacers.probe.stop();
    await this.#edges.stop();
    await this.#states.stop();
  }

  #lookIn(delay_ms: number): void {
    const { clock } = this.#parts;
    const due_at = clock.now() + delay_ms;
    if (this.#stopping || this.#due_at <= due_at) return;
    this.#timer?.cancel();
    this.#due_at = due_at;
    this.#timer = clock.after(delay_ms, () => {
      this.#due_at = Number.POSITIVE_INFINITY;
      const began_at = clock.now();
      this.#reconcile();
      this.#rested_at = clock.now() + restFactor * (clock.now() - began_at);
      this.#lookIn(sweep_ms);
    });
  }

  #reconcile(): void {
    const { policy, policyReady, connected, clock } = this.#parts;
    if (!policyReady() || !this.#edges.ready || !this.#states.ready || !connected()) return;
    const now = clock.now();
    const registrations = new Map<string, { trunk: PolicyTrunk; registration: RegistrationWanted }>();
    const probed: PolicyTrunk[] = [];
    for (const key of policy.keptTrunks) {
      const trunk = policy.trunk(key);
      if (trunk === undefined) continue;
      const isOn = trunk.is_active && (trunk.expires_at === null || trunk.expires_at > now);
      const registration = isOn ? wantedRegistration(trunk, policy) : undefined;
      const isProbed = isOn && trunk.qualify.interval_s > 0 && trunk.gateways.length > 0;
      if (registration === undefined && !isProbed) this.#owned.delete(key);
      else if (this.#isOurs(trunk)) {
        if (registration !== undefined) registrations.set(key, { trunk, registration });
        if (isProbed) probed.push(trunk);
        const gateways = isProbed ? trunk.gateways.map(({ id }) => id) : [];
        this.#states.keepGateways(trunk, new Set(gateways));
      }
    }
    for (const key of this.#owned) if (!policy.keptTrunks.has(key)) this.#owned.delete(key);
    this.#registrations.reconcile(registrations, (key) => this.#why(key, now));
    this.#probes.reconcile(probed);
    this.#tidy();
  }

  /** Takes, keeps or gives up the trunk, by the lease. */
  #isOurs(trunk: PolicyTrunk): boolean {
    const { key } = trunk;
    const view = this.#edges.view;
    if (!this.#owners.has(key)) this.#owners.set(key, leaseOwner(key, view.candidates));
    const holder = this.#states.of(key)?.edge ?? null;
    switch (leaseStep(this.#owners.get(key), holder, this.#owned.has(key), view)) {
      case 'keep':
        return true;
      case 'take':
        this.#owned.add(key);
        this.#states.claim(trunk);
        return true;
      case 'yield':
        this.#owned.delete(key);
        this.#registrations.yield(key);
        return false;
      case 'release':
        this.#owned.delete(key);
        return false;
      case 'wait':
      case 'none':
        return false;
    }
  }

  /** What nobody holds any more is released; what is configured nowhere is forgotten. */
  #tidy(): void {
    const { policy, settings } = this.#parts;
    const { candidates, live } = this.#edges.view;
    for (const [key, state] of this.#states.all()) {
      if (this.#owned.has(key) || this.#registrations.holds(key)) continue;
      const trunk = policy.trunk(key);
      if (trunk !== undefined) {
        if (state.edge === settings.edge) this.#states.release(trunk);
      } else if (
        state.edge === settings.edge ||
        ((state.edge === null || !live.has(state.edge)) && leaseOwner(key, candidates) === settings.edge)
      ) {
        this.#states.drop(key);
      }
    }
  }

  #letGo(trunk: PolicyTrunk): void {
    if (this.#owned.has(trunk.key)) return;
    if (this.#parts.policy.trunk(trunk.key) === undefined) this.#states.drop(trunk.key);
    else this.#states.release(trunk);
  }

  #why(key: string, now: Instant): UnregisteredReason {
    const trunk = this.#parts.policy.trunk(key);
    if (trunk === undefined) return 'removed';
    const isOn = trunk.is_active && (trunk.expires_at === null || trunk.expires_at > now);
    return isOn && wantedRegistration(trunk, this.#parts.policy) !== undefined ? 'moved' : 'switched-off';
  }

  #stateChanged(key: string, state: TrunkState | undefined): void {
    this.#parts.policy.setServiceRoute(key, serviceRouteOf(state));
    for (const { gateway, reachable } of state?.gateways ?? []) this.#parts.policy.setReachable(gateway, reachable);
    if (state === undefined || state.edge !== this.#parts.settings.edge) this.wake();
  }

  #sendProbe(place: string, compose: () => RequestSpec | null, done: (answer: Answer) => void): void {
    this.#pacers.probe.run(place, () => {
      const spec = compose();
      if (spec !== null) this.#parts.requester.request(spec, done);
    });
  }
}

/** RFC 3608 §6: for as long as the registration stands. */
function serviceRouteOf(state: TrunkState | undefined): ServiceRoute | undefined {
  const registration = state?.registration;
  if (registration?.state !== 'registered' || registration.service_route.length === 0) return undefined;
  return { registrar: registration.registrar, routes: registration.service_route };
}

import type { GatewayState } from '@trunkline/contracts/events/trunk-state';
import type { GatewayId } from '@trunkline/contracts/ids';
import { judgeText } from '@trunkline/policy/judge-by';
import type { PolicyTrunk } from '@trunkline/policy/policy';
import type { Observation } from '@trunkline/policy/qualify';
import { hostPort } from '@trunkline/policy/target-uri';
import { type Probed, Prober, type ProberParts } from './prober.ts';

export interface ProbesParts extends Omit<ProberParts, 'onState'> {
  readonly known: (key: string, gateway: GatewayId) => GatewayState | undefined;
  readonly onState: (trunk: PolicyTrunk, state: GatewayState) => void;
}

/** The gateways that this edge asks whether they are there: brings those that are asked to those that are to be. */
export class Probes {
  readonly #parts: ProbesParts;
  readonly #probers = new Map<GatewayId, Prober>();
  /** By `host:port`, for what calls tell. */
  readonly #byPlace = new Map<string, Set<Prober>>();

  constructor(parts: ProbesParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#probers.size;
  }

  reconcile(trunks: Iterable<PolicyTrunk>): void {
    const wanted = new Map<GatewayId, { readonly trunk: PolicyTrunk; readonly probed: Probed }>();
    for (const trunk of trunks) {
      const { transport, qualify, fixed_address, gateway_tls } = trunk;
      for (const gateway of trunk.gateways) {
        wanted.set(gateway.id, {
          trunk,
          probed: { gateway, transport, interval_s: qualify.interval_s, fixed_address, gateway_tls },
        });
      }
    }
    for (const [id, prober] of this.#probers) {
      const want = wanted.get(id)?.probed;
      if (want === undefined || !isSame(want, prober.probed)) this.#drop(id, prober);
    }
    for (const [id, { trunk, probed }] of wanted) if (!this.#probers.has(id)) this.#add(trunk, probed);
  }

  /** What a call told of the place. */
  heard(place: string, observation: Observation): void {
    for (const prober of this.#byPlace.get(place) ?? []) prober.heard(observation);
  }

  stop(): void {
    for (const [id, prober] of this.#probers) this.#drop(id, prober);
  }

  #add(trunk: PolicyTrunk, probed: Probed): void {
    const { known, onState, ...parts } = this.#parts;
    const { gateway } = probed;
    const own = { ...parts, onState: (state: GatewayState) => onState(trunk, state) };
    const prober = new Prober(own, probed, known(trunk.key, gateway.id));
    this.#probers.set(gateway.id, prober);
    const place = hostPort(gateway);
    const there = this.#byPlace.get(place) ?? new Set();
    this.#byPlace.set(place, there.add(prober));
    prober.start();
  }

  #drop(id: GatewayId, prober: Prober): void {
    prober.stop();
    this.#probers.delete(id);
    const place = hostPort(prober.probed.gateway);
    const there = this.#byPlace.get(place);
    there?.delete(prober);
    if (there?.size === 0) this.#byPlace.delete(place);
  }
}

function isSame(one: Probed, other: Probed): boolean {
  return (
    one.interval_s === other.interval_s &&
    one.transport === other.transport &&
    one.fixed_address === other.fixed_address &&
    judgeText(one) === judgeText(other) &&
    hostPort(one.gateway) === hostPort(other.gateway)
  );
}

import {
  type RegistrationState,
  type RegistrationStatus,
  registrationStatus,
  type TrunkState,
} from '@trunkline/contracts/events/trunk-state';
import type { AgentId, EdgeId, NumberId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { Gateway, Trunk } from '@trunkline/contracts/trunk';
import type { EdgeState } from './edges-view.ts';
import { type LatelyCount, latelyWindow_min } from './lately.ts';
import type { AgentFacts, TrunkFacts } from './trunks-view.ts';

/** Numbers listed per trunk; `numbers_count` says how many there are. */
export const maxNumbersListed = 20;

export interface NumberSummary {
  readonly id: NumberId;
  readonly number: string;
  readonly name: string | null;
  readonly agent: AgentId | null;
  readonly agent_name: string | null;
}

/** `reachable` is null while nothing is known: not probed, or not answered yet. */
export interface GatewaySummary extends Pick<Gateway, 'host' | 'port' | 'priority' | 'weight'> {
  readonly reachable: boolean | null;
  readonly reachable_reason: string | null;
}

/** One trunk as shown: what is configured, what goes on, and who has applied it. */
export interface TrunkSummary {
  readonly id: TrunkId;
  readonly name: string;
  readonly provider: string;
  readonly direction: Trunk['direction'];
  readonly auth: Trunk['auth']['kind'];
  readonly registration: Trunk['registration'];
  readonly transport: Trunk['transport'];
  readonly registration_status: RegistrationStatus;
  /** What its edge told last, with cause, expiry and last success; null when nothing was told. */
  readonly registration_state: RegistrationState | null;
  readonly gateways: readonly GatewaySummary[];
  readonly numbers: readonly NumberSummary[];
  readonly numbers_count: number;
  readonly channels: number | null;
  readonly is_active: boolean;
  readonly expires_at: Instant | null;
  readonly calls_now: number;
  readonly lately: LatelyCount & { readonly minutes: number };
  readonly generation: number;
  readonly applied: {
    readonly edges_live: number;
    /** Names of the live edges that admit calls by this generation or a newer one. */
    readonly on: readonly EdgeId[];
  };
}

export interface TrunkSurroundings {
  readonly calls_now: number;
  readonly lately: LatelyCount;
  readonly liveEdges: readonly EdgeState[];
  agent(id: AgentId): AgentFacts | undefined;
  readonly state: TrunkState | undefined;
  readonly now: Instant;
}

export function summarizeTrunk(trunk: TrunkFacts, around: TrunkSurroundings): TrunkSummary {
  const { id, name, provider, direction, auth, registration, transport, is_active, expires_at, generation } = trunk;
  const applying = around.liveEdges.filter(({ heartbeat }) => heartbeat.applied.trunks >= generation);
  return {
    id,
    name,
    provider,
    direction,
    auth,
    registration,
    transport,
    ...registrationOf(trunk, around),
    gateways: trunk.gateways.map((gateway) => summarizeGateway(gateway, around.state)),
    numbers: trunk.numbers.slice(0, maxNumbersListed).map((number) => ({
      id: number.id,
      number: number.number,
      name: number.name,
      agent: number.agent,
      agent_name: number.agent === null ? null : (around.agent(number.agent)?.name ?? null),
    })),
    numbers_count: trunk.numbers.length,
    channels: trunk.limits.channels,
    is_active,
    expires_at,
    calls_now: around.calls_now,
    lately: { ...around.lately, minutes: latelyWindow_min },
    generation,
    applied: { edges_live: around.liveEdges.length, on: applying.map(({ heartbeat }) => heartbeat.edge) },
  };
}

/** What was told of a trunk that no longer registers is of no interest. */
function registrationOf(
  { registration }: TrunkFacts,
  { state, now }: TrunkSurroundings,
): Pick<TrunkSummary, 'registration_status' | 'registration_state'> {
  const known = registration === 'we-register' ? (state?.registration ?? null) : null;
  return { registration_status: registrationStatus(known, now), registration_state: known };
}

function summarizeGateway(
  { id, host, port, priority, weight }: Gateway,
  state: TrunkState | undefined,
): GatewaySummary {
  const known = state?.gateways.find(({ gateway }) => gateway === id);
  return { host, port, priority, weight, reachable: known?.reachable ?? null, reachable_reason: known?.reason ?? null };
}

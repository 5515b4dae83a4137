import type { Instant } from '@trunkline/contracts/time';
import type { Caller, Standing } from './caller.ts';
import { type Fault, trunkFault } from './details.ts';
import { inOrder } from './find-inbound.ts';
import { findNumbers } from './find-numbers.ts';
import { agentsAmong, isAgentOf } from './is-agent-of.ts';
import type { Policy, PolicyAgent, PolicyNumber, PolicyTrunk } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';

/** A caller number on a trunk of an agent that may be calling. */
export interface OutboundHit {
  readonly agent: PolicyAgent;
  /** The caller's. */
  readonly number: PolicyNumber;
  /** The agent's. */
  readonly standing: Standing;
  /** Why agent or trunk takes no part in an outbound call now; null when they do. */
  readonly fault: Fault | null;
}

export interface OutboundHits {
  /** The one to use first. */
  readonly hits: readonly OutboundHit[];
  /** The caller's number on trunks of accounts that the caller is no agent of. */
  readonly strangers: readonly PolicyNumber[];
}

export function findOutbound(invite: ReceivedInvite, caller: Caller, policy: Policy, now: Instant): OutboundHits {
  if (caller.agents.length === 0 && caller.proven.length === 0) return { hits: [], strangers: [] };
  const { wanted, others } = findNumbers([invite.caller, invite.from_user], policy, ({ trunk }) => {
    const isMeant = caller.on_trunk === undefined || caller.on_trunk === trunk.id;
    return isMeant && isAgentOf(trunk.account, caller, policy);
  });
  const hits = new Map<PolicyTrunk, OutboundHit>();
  for (const number of wanted) {
    const { trunk } = number;
    const chosen = chooseAgent(number, caller, policy);
    if (chosen === undefined || hits.has(trunk)) continue;
    const { agent, standing } = chosen;
    const fault = agent.is_active ? trunkFault(trunk, 'outbound', now) : 'agent-inactive';
    hits.set(trunk, { agent, number, standing, fault });
  }
  return { hits: [...hits.values()].sort(inUse), strangers: others };
}

/** Of several agents behind one source: an active one, the one that the number belongs to, the more certain one, the elder. */
export function chooseAgent(number: PolicyNumber, caller: Caller, policy: Policy) {
  const score = ({ agent }: { agent: PolicyAgent }) => Number(agent.is_active) * 2 + Number(agent.id === number.agent);
  const [best] = [...agentsAmong(number.trunk.account, caller, policy)].sort(
    (one, other) =>
      score(other) - score(one) || other.standing.rank - one.standing.rank || (one.agent.id < other.agent.id ? -1 : 1),
  );
  return best;
}

/** As inbound; then, within the one account, a trunk that leads somewhere, then the elder. */
export function inUse(one: OutboundHit, other: OutboundHit): number {
  const gateways = (hit: OutboundHit) => Number(hit.number.trunk.gateways.length > 0);
  return (
    inOrder(one, other) || gateways(other) - gateways(one) || (one.number.trunk.id < other.number.trunk.id ? -1 : 1)
  );
}

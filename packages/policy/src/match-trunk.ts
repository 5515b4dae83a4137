import type { Cause } from '@trunkline/contracts/causes';
import type { Instant } from '@trunkline/contracts/time';
import { addBystanders, type Findings } from './add-bystanders.ts';
import type { AdmittedBy } from './admission.ts';
import { bestRank, type Caller } from './caller.ts';
import { faultDetail } from './details.ts';
import { explain, type Finding, foundBy, refusalSummary } from './explain.ts';
import { findForeign } from './find-foreign.ts';
import { findInbound, type InboundHit, type InboundHits } from './find-inbound.ts';
import { findOutbound, type OutboundHit, type OutboundHits } from './find-outbound.ts';
import type { Policy, PolicyAgent, PolicyNumber, PolicyTrunk } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';
import { strangerFindings, trunksOf } from './stranger-findings.ts';
import type { Step } from './verdict.ts';

/** The trunk of the call, and with it the direction. */
export type Match = Findings & {
  readonly admitted_by: AdmittedBy;
  readonly trunk: PolicyTrunk;
  readonly number: PolicyNumber;
} & ({ readonly direction: 'inbound' } | { readonly direction: 'outbound'; readonly agent: PolicyAgent });

/**
 * Which trunk is the call on? A carrier's call is on the trunk that has the called number, an agent's on the trunk of its account
 * that has the caller number. A source that may be both is the one whose number fits; fit both, the more certain one, and
 * between equals the carrier. A caller number that is nobody's leaves by a trunk that shows foreign numbers, if the agent has one.
 */
export function matchTrunk(invite: ReceivedInvite, caller: Caller, policy: Policy, now: Instant): Step<Match> {
  const inbound = findInbound(invite, caller, policy, now);
  const outbound = findOutbound(invite, caller, policy, now);
  const [carrier] = inbound.hits;
  const [agent] = outbound.hits;
  if (carrier !== undefined && (agent === undefined || !isBetter(agent, carrier))) {
    return concludeInbound(carrier, inbound, invite, caller);
  }
  if (agent !== undefined) return concludeOutbound(agent, outbound, invite, caller);
  const foreign = findForeign(invite, caller, policy, now);
  const [shown] = foreign.hits;
  if (shown !== undefined && inbound.strangers.length === 0) return concludeOutbound(shown, foreign, invite, caller);
  return concludeNothing(inbound, outbound, invite, caller);
}

/** Whether the agent's reading of the call is to be preferred. */
function isBetter(agent: OutboundHit, carrier: InboundHit): boolean {
  if ((agent.fault === null) !== (carrier.fault === null)) return agent.fault === null;
  return agent.standing.rank > carrier.standing.rank;
}

function concludeInbound(best: InboundHit, found: InboundHits, invite: ReceivedInvite, caller: Caller): Step<Match> {
  const equals = found.hits.filter(({ fault, standing }) => fault === null && standing.rank === best.standing.rank);
  const isAmbiguous = equals.length > 1;
  const own = found.hits.map((hit): Finding => {
    const { trunk } = hit.number;
    const found_by = foundBy(caller, trunk, true);
    if (hit === best && hit.fault === null && !isAmbiguous)
      return { principal: trunk, found_by, left_out: null, detail: null };
    if (hit.fault !== null) {
      return { principal: trunk, found_by, left_out: hit.fault, detail: faultDetail(hit.fault, trunk) };
    }
    const detail = isAmbiguous
      ? 'Another trunk with the same right to the call has the same number'
      : 'Another trunk with a better right to the call has the same number';
    return { principal: trunk, found_by, left_out: 'ambiguous', detail };
  });
  const strangers = strangerFindings(invite, caller, found.strangers);
  const all = addBystanders(invite, caller, [...own, ...strangers]);
  if (isAmbiguous) return refuse('number-ambiguous', invite, all);
  if (best.fault !== null) return refuse(best.fault, invite, all);
  const { number, standing } = best;
  const { admitted_by } = standing;
  return { kind: 'continue', value: { direction: 'inbound', admitted_by, trunk: number.trunk, number, ...all } };
}

function concludeOutbound(best: OutboundHit, found: OutboundHits, invite: ReceivedInvite, caller: Caller): Step<Match> {
  const { agent, number, standing, fault } = best;
  const agentIsOut = fault === 'agent-inactive';
  const self: Finding = {
    principal: agent,
    found_by: foundBy(caller, agent, false),
    left_out: agentIsOut ? fault : null,
    detail: agentIsOut ? faultDetail(fault, number.trunk) : null,
  };
  const trunks = found.hits.map((hit): Finding => {
    const { trunk } = hit.number;
    const found_by = foundBy(caller, trunk, true);
    if (hit === best && hit.fault === null) return { principal: trunk, found_by, left_out: null, detail: null };
    if (hit.fault !== null)
      return { principal: trunk, found_by, left_out: hit.fault, detail: faultDetail(hit.fault, trunk) };
    const detail = 'Another trunk of the account has the same number and comes first';
    return { principal: trunk, found_by, left_out: 'ambiguous', detail };
  });
  const all = addBystanders(invite, caller, [self, ...trunks, ...otherAccounts(found.strangers, caller)]);
  if (fault !== null) return refuse(fault, invite, all);
  const { admitted_by } = standing;
  return {
    kind: 'continue',
    value: { direction: 'outbound', admitted_by, agent, trunk: number.trunk, number, ...all },
  };
}

function concludeNothing(
  inbound: InboundHits,
  outbound: OutboundHits,
  invite: ReceivedInvite,
  caller: Caller,
): Step<never> {
  const trunks = bestRank(caller, 'trunk') ?? -1;
  const agents = bestRank(caller, 'agent') ?? -1;
  const asAgent = agents > trunks;
  const strangers = asAgent
    ? otherAccounts(outbound.strangers, caller)
    : strangerFindings(invite, caller, inbound.strangers);
  const all = addBystanders(invite, caller, strangers);
  if (!asAgent) return refuse('number-unknown', invite, all);
  const isMissing = invite.caller === null && invite.from_user === null;
  return refuse(isMissing ? 'caller-number-missing' : 'caller-number-not-owned', invite, all);
}

function otherAccounts(numbers: readonly PolicyNumber[], caller: Caller): readonly Finding[] {
  return trunksOf(numbers).map((trunk) => ({
    principal: trunk,
    found_by: foundBy(caller, trunk, true),
    left_out: 'other-account',
    detail: 'The trunk has the caller number and belongs to an account that the caller is no agent of',
  }));
}

function refuse(cause: Cause, invite: ReceivedInvite, { findings, total }: Findings): Step<never> {
  return {
    kind: 'refuse',
    cause,
    explanation: explain('refused', cause, refusalSummary(cause, invite), findings, total),
  };
}

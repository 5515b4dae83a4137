import type { Explanation } from '@trunkline/contracts/explanation';
import type { EdgeId } from '@trunkline/contracts/ids';
import type { OriginateRequest } from '@trunkline/contracts/originate';
import type { Instant } from '@trunkline/contracts/time';
import { asInvite, type OriginatedAdmission } from '@trunkline/policy/admit-originated';
import { escapeUser } from '@trunkline/policy/target-uri';
import { placeOfAgent, profileFor } from '../admission/media-profile.ts';
import { planCall } from '../admission/plan-call.ts';
import type { CallFacts } from '../call/call-state.ts';
import type { AgentInvite } from './called-agent.ts';

/** The callee is on the line and hears nothing. */
const agentAnswers_ms = 20_000;
/** RFC 3261 §9.1: how long an agent that was cancelled may take to say so. */
const agentGivesUp_ms = 10_000;

export interface OriginatedPlan {
  readonly facts: CallFacts;
  readonly agent: AgentInvite;
}

/** The call that the agent would have made, and the INVITE that it gets instead. Pure. */
export function planOriginated(
  request: OriginateRequest,
  admission: OriginatedAdmission,
  explanation: Explanation,
  edge: EdgeId,
  now: Instant,
): OriginatedPlan {
  const asSent = { invite: asInvite(request), sip_call_id: '', offer: null, extension_headers: {} };
  const planned = planCall(asSent, admission, explanation, { id: request.call, edge }, now);
  const facts: CallFacts = {
    ...planned,
    source: null,
    media: profileFor(admission, placeOfAgent(admission.agent_targets[0])),
    leg_a: 'is-called',
    deadlines_ms: {
      early: request.ring_timeout_s * 1_000,
      answered: agentAnswers_ms,
      'bye-pending': agentGivesUp_ms,
    },
  };
  return { facts, agent: agentInvite(request, admission) };
}

/** From is whom the agent will talk to, as in a call that comes in. */
function agentInvite({ call, to, headers }: OriginateRequest, admission: OriginatedAdmission): AgentInvite {
  const theirs = Object.entries(headers).filter(([name]) => !/^x-trunkline-/i.test(name));
  return {
    targets: admission.agent_targets,
    from: `sip:${escapeUser(admission.called_user)}@localhost`,
    headers: {
      ...Object.fromEntries(theirs),
      'X-Trunkline-Call-ID': call,
      'X-Trunkline-Trunk-ID': admission.trunk.id,
      'X-Trunkline-Direction': 'outbound',
      'X-Trunkline-Called-Number': to,
      'X-Trunkline-Caller-Number': admission.number.number,
    },
  };
}

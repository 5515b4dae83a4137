import { type Cause, causeTable } from '@trunkline/contracts/causes';
import type { Explanation } from '@trunkline/contracts/explanation';
import type { AccountId, AgentId, TrunkId } from '@trunkline/contracts/ids';
import { agentKey } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import type { AgentTarget, OutboundAdmission } from './admission.ts';
import { agentTargets } from './agent-targets.ts';
import type { Caller } from './caller.ts';
import { decideRoute } from './decide-route.ts';
import { shown } from './details.ts';
import { explain } from './explain.ts';
import { matchTrunk } from './match-trunk.ts';
import { readNumberText } from './number-text.ts';
import type { Chance } from './order-gateways.ts';
import type { Policy } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';

/** A call that we are asked to make for an agent. */
export interface WantedCall {
  readonly account: AccountId;
  readonly agent: AgentId;
  readonly from: string;
  readonly to: string;
  /** Null: whichever trunk of the account has the caller's number. */
  readonly trunk: TrunkId | null;
}

/** As the agent's own INVITE would have been admitted, and where the agent is to be called when the callee has answered. */
export interface OriginatedAdmission extends OutboundAdmission {
  /** At least one; in the order in which to try them. */
  readonly agent_targets: readonly [AgentTarget, ...AgentTarget[]];
}

export type OriginatedVerdict =
  | { readonly kind: 'accept'; readonly value: OriginatedAdmission; readonly explanation: Explanation }
  | { readonly kind: 'refuse'; readonly cause: Cause; readonly explanation: Explanation };

/** What {@link admit} decides on the INVITE of an agent whose right to call is not in question. */
export function admitOriginated(wanted: WantedCall, policy: Policy, now: Instant, chance: Chance): OriginatedVerdict {
  const agent = policy.agent(agentKey(wanted.account, wanted.agent));
  if (agent === undefined) return refusal('agent-inactive', wanted, explain('refused', 'agent-inactive', '', []));
  const caller: Caller = {
    ...{ trunks: [], agents: [], proven: [agent], username: null, is_api: true },
    ...(wanted.trunk === null ? {} : { on_trunk: wanted.trunk }),
  };
  const invite = asInvite(wanted);
  const match = matchTrunk(invite, caller, policy, now);
  const route = match.kind === 'continue' ? decideRoute(invite, match.value, policy, chance, now) : match;
  if (route.kind !== 'accept') {
    const cause = route.kind === 'refuse' ? route.cause : 'internal-error';
    return refusal(cause, wanted, route.explanation, agent.name);
  }
  const { value, explanation } = route;
  if (value.direction !== 'outbound') return refusal('internal-error', wanted, explanation, agent.name);
  const [first, ...more] = agentTargets(agent, readNumberText(value.number.number).text, policy, now);
  if (first === undefined) return refusal('agent-not-registered', wanted, explanation, agent.name);
  const where = `leaves for ${value.called_user} by ${value.targets[0].name}`;
  const summary = `Originated for agent "${shown(agent.name)}": outbound call from ${value.number.number} on trunk "${shown(value.trunk.name)}", ${where}.`;
  return {
    kind: 'accept',
    value: { ...value, agent_targets: [first, ...more] },
    explanation: { ...explanation, summary },
  };
}

function refusal(
  cause: Cause,
  { to }: WantedCall,
  explanation: Explanation,
  agent = 'that does not exist',
): OriginatedVerdict {
  const summary = `${causeTable[cause].text}: call to ${shown(to)} asked for over the API, for agent "${shown(agent)}".`;
  return { kind: 'refuse', cause, explanation: { ...explanation, decision: 'refused', cause, summary } };
}

/** What the agent would have sent. */
export function asInvite({ from, to }: Pick<WantedCall, 'from' | 'to'>): ReceivedInvite {
  return {
    source: { address: '', port: 0, transport: 'udp' },
    method: 'INVITE',
    request_uri: '',
    called: to,
    to,
    caller: from,
    from_user: from,
    authorization: null,
    max_forwards: null,
  };
}

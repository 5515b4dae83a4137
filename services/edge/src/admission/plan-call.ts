import type { Explanation } from '@trunkline/contracts/explanation';
import type { AgentId, CallId, EdgeId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { Admission } from '@trunkline/policy/admission';
import { judgeBy } from '@trunkline/policy/judge-by';
import { leaveFrom } from '@trunkline/policy/leave-from';
import { dialledText } from '@trunkline/policy/registration-of';
import type { CallFacts, CallTarget } from '../call/call-state.ts';
import type { IncomingInvite } from './incoming-invite.ts';
import { mediaProfile } from './media-profile.ts';

/** What the admission means for the call: leg B's INVITE, its targets, its media. Pure. */
export function planCall(
  incoming: Pick<IncomingInvite, 'invite' | 'sip_call_id' | 'dialog_id' | 'offer' | 'extension_headers'>,
  admission: Admission,
  explanation: Explanation,
  ids: { readonly id: CallId; readonly edge: EdgeId },
  now: Instant,
): CallFacts {
  const { invite } = incoming;
  const { trunk, number, agent } = admission;
  const leg =
    admission.direction === 'inbound' ? inboundLeg(admission, incoming, ids.id) : outboundLeg(admission, ids.id);
  const hops = invite.max_forwards === null ? {} : { 'Max-Forwards': String(Math.max(0, invite.max_forwards - 1)) };
  return {
    ...ids,
    account: trunk.account,
    direction: admission.direction,
    trunk: trunk.id,
    trunk_name: trunk.name,
    number: number.id,
    agent: agent.id as AgentId,
    agent_name: agent.name,
    from: shownFrom(admission, incoming),
    caller: admission.caller.shown,
    to: dialledText(invite),
    sip_call_id: incoming.sip_call_id,
    ...(incoming.dialog_id === undefined ? {} : { dialog_id: incoming.dialog_id }),
    source: invite.source,
    admitted_by: admission.admitted_by,
    explanation,
    ...leg,
    headers: { ...leg.headers, ...hops },
    media: mediaProfile(admission, invite),
    leg_a: incoming.offer === null ? 'is-offered' : 'offers',
    started_at: now,
  };
}

/** A carrier's caller as the agent is told; an agent's own number whatever its callee is told. */
function shownFrom({ direction, caller }: Admission, { invite }: Pick<IncomingInvite, 'invite'>): string {
  const { asserted, presented } = caller.shown;
  const shown = direction === 'inbound' ? (asserted ?? presented) : (invite.from_user ?? invite.caller);
  return shown ?? 'anonymous';
}

type Leg = Pick<CallFacts, 'targets' | 'from_uri' | 'to_uri' | 'headers'>;

function inboundLeg(
  admission: Extract<Admission, { direction: 'inbound' }>,
  incoming: Pick<IncomingInvite, 'extension_headers'>,
  id: CallId,
): Leg {
  const { agent, trunk, target, caller } = admission;
  return {
    targets: [target, ...(admission.more_targets ?? [])].map((each) => ({ ...each, label: agent.name })),
    from_uri: caller.from_uri,
    to_uri: target.uri,
    headers: {
      ...incoming.extension_headers,
      ...caller.headers,
      'X-Trunkline-Call-ID': id,
      'X-Trunkline-Trunk-ID': trunk.id,
      'X-Trunkline-Called-Number': admission.number.number,
    },
  };
}

function outboundLeg(admission: Extract<Admission, { direction: 'outbound' }>, id: CallId): Leg {
  const targets = admission.targets.map(({ gateway: _, name: label, ...target }): CallTarget => ({ ...target, label }));
  return {
    targets,
    from_uri: admission.caller.from_uri,
    to_uri: admission.targets[0].uri,
    headers: {
      ...admission.caller.headers,
      ...leaveFrom(admission.trunk),
      ...judgeBy(admission.trunk),
      'X-Trunkline-Call-ID': id,
    },
  };
}

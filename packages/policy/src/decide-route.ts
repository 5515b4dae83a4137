import type { Cause } from '@trunkline/contracts/causes';
import { agentKey } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import type { Admission, CarrierCredentials } from './admission.ts';
import { agentTargets } from './agent-targets.ts';
import { callerWish } from './caller-wish.ts';
import { carrierTargets } from './carrier-targets.ts';
import { shown } from './details.ts';
import { explain, type Finding, refusalSummary } from './explain.ts';
import { formatDialled, isDiallable } from './format-dialled.ts';
import { inboundCaller } from './inbound-caller.ts';
import type { Match } from './match-trunk.ts';
import { readNumberText } from './number-text.ts';
import type { Chance } from './order-gateways.ts';
import { outboundCaller } from './outbound-caller.ts';
import type { Policy, PolicyTrunk } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';
import type { Rejection, Verdict } from './verdict.ts';

type Inbound = Match & { readonly direction: 'inbound' };
type Outbound = Match & { readonly direction: 'outbound' };

/** Where does the call go? */
export function decideRoute(
  invite: ReceivedInvite,
  match: Match,
  policy: Policy,
  chance: Chance,
  now: Instant,
): Verdict<Admission> {
  return match.direction === 'inbound'
    ? routeInbound(invite, match, policy, now)
    : routeOutbound(invite, match, policy, chance, now);
}

function routeInbound(invite: ReceivedInvite, match: Inbound, policy: Policy, now: Instant): Verdict<Admission> {
  const { trunk, number, admitted_by } = match;
  if (number.agent === null) return refuse('number-without-agent', invite, match);
  // An agent is looked up under the trunk's own account, so a number cannot lead into another one.
  const agent = policy.agent(agentKey(trunk.account, number.agent));
  if (agent === undefined) return refuse('number-without-agent', invite, match, 'whose agent does not exist');
  if (!agent.is_active) {
    const left: Finding = {
      principal: agent,
      found_by: ['number'],
      left_out: 'agent-inactive',
      detail: 'The agent is switched off',
    };
    return refuse('agent-inactive', invite, {
      ...match,
      findings: insert(match.findings, left),
      total: match.total + 1,
    });
  }
  const [target, ...more_targets] = agentTargets(agent, readNumberText(number.number).text, policy, now);
  if (target === undefined) return refuse('agent-not-registered', invite, match);
  const caller = inboundCaller(invite, trunk.caller_identity);
  const value: Admission = { direction: 'inbound', admitted_by, trunk, number, agent, caller, target, more_targets };
  return accept(value, match, `goes to agent "${shown(agent.name)}"`);
}

function routeOutbound(
  invite: ReceivedInvite,
  match: Outbound,
  policy: Policy,
  chance: Chance,
  now: Instant,
): Verdict<Admission> {
  const { agent, trunk, number, admitted_by } = match;
  const called = invite.called ?? invite.to;
  if (called === null || !isDiallable(called)) return refuse('callee-number-invalid', invite, match);
  const called_user = formatDialled(called, trunk.number_format);
  const [first, ...more] = carrierTargets(trunk, called_user, policy, chance, now);
  if (first === undefined) {
    return refuse(trunk.registration === 'they-register' ? 'carrier-not-registered' : 'no-gateway', invite, match);
  }
  const value: Admission = {
    direction: 'outbound',
    admitted_by,
    agent,
    trunk,
    number,
    targets: [first, ...more],
    called_user,
    from_user: formatDialled(number.number, trunk.number_format),
    caller: outboundCaller(trunk, number.number, callerWish(invite, number), first.gateway ?? undefined),
    credentials: credentialsOf(trunk, policy),
  };
  return accept(value, match, `leaves for ${called_user} by ${first.name}`);
}

function credentialsOf(trunk: PolicyTrunk, policy: Policy): CarrierCredentials | null {
  const { username } = trunk;
  return username === null ? null : { username, openPassword: () => policy.openPassword(trunk) };
}

function accept(value: Admission, { findings, total }: Match, where: string): Verdict<Admission> {
  const { admitted_by, trunk, number, direction } = value;
  const by =
    admitted_by.by === 'acl'
      ? `access list ${admitted_by.detail}`
      : admitted_by.by === 'digest'
        ? `user name "${shown(admitted_by.detail)}"`
        : 'the Contact that it is registered with';
  const what = direction === 'inbound' ? 'Inbound call to' : 'Outbound call from';
  const summary = `${what} ${number.number}, admitted by ${by} on trunk "${shown(trunk.name)}", ${where}.`;
  return { kind: 'accept', value, explanation: explain('accepted', null, summary, findings, total) };
}

function refuse(cause: Cause, invite: ReceivedInvite, { findings, total }: Match, more?: string): Rejection {
  const summary = refusalSummary(cause, invite, more);
  return { kind: 'refuse', cause, explanation: explain('refused', cause, summary, findings, total) };
}

/** After the chosen ones, before those that the list may have no room for. */
function insert(findings: readonly Finding[], finding: Finding): readonly Finding[] {
  const chosen = findings.filter(({ left_out }) => left_out === null);
  return [...chosen, finding, ...findings.filter(({ left_out }) => left_out !== null)];
}

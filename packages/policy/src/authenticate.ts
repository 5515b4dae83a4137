import type { Instant } from '@trunkline/contracts/time';
import type { DigestCredentials } from '@trunkline/sip/digest-credentials';
import { parseCredentials } from '@trunkline/sip/digest-credentials';
import { verifyDigest } from '@trunkline/sip/digest-response';
import { addBystanders } from './add-bystanders.ts';
import { type Caller, standingOf } from './caller.ts';
import { challenge } from './challenge.ts';
import { explain, type Finding, refusalSummary } from './explain.ts';
import { findNumbers, findPlainly } from './find-numbers.ts';
import { isAgentOf } from './is-agent-of.ts';
import type { Nonces } from './nonces.ts';
import type { Policy, Principal } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';
import { strangerFindings } from './stranger-findings.ts';
import type { Step } from './verdict.ts';

/** Principals whose password is tried for one INVITE; carriers give the same user name to several tenants, not to hundreds. */
const maxTried = 64;

/** Stands in for the key of a user that does not exist, so that the answer takes as long as for one that does. */
const nobodysHa1 = '0'.repeat(64);

/**
 * Who may be calling? Everyone on whose access list the source is; where that leads to nobody, everyone whose digest password
 * the INVITE proves. Sources that are neither are all told the same.
 */
export function authenticate(invite: ReceivedInvite, policy: Policy, now: Instant, nonces: Nonces): Step<Caller> {
  const { address } = invite.source;
  const listed: Caller = {
    trunks: policy.trunksBySource(address),
    agents: policy.agentsBySource(address),
    proven: [],
    username: null,
  };
  const isListed = listed.trunks.length + listed.agents.length > 0;
  if (isListed && !isMeantForAnother(invite, listed, policy)) return { kind: 'continue', value: listed };

  const read = invite.authorization === null ? undefined : parseCredentials(invite.authorization);
  if (read?.kind === 'malformed') return refuse('malformed-request', invite, listed, policy, []);
  // RFC 3261 §22.2: credentials of another realm are for somebody else on the way.
  if (read?.kind !== 'digest' || read.credentials.realm !== policy.realm) {
    return challenge(invite, listed, policy, nonces.make(now, address), false);
  }
  // RFC 7616 §3.3 has stale only after a right password. We look at the nonce first, so that nobody learns from it which user
  // exists; a nonce that we did not make is most often one of before a restart, and its owner may try again at once.
  if (nonces.check(read.credentials.nonce, now, address) !== 'valid') {
    return challenge(invite, listed, policy, nonces.make(now, address), true);
  }
  const caller = verify(invite, read.credentials, listed, policy);
  // RFC 7616 §5.5: who sends an overheard response again, and who never counts, is asked for one to a fresh nonce.
  if (caller.kind === 'continue' && !nonces.spend(read.credentials.response, now)) {
    return challenge(invite, listed, policy, nonces.make(now, address), true);
  }
  return caller;
}

/**
 * Whether none of the listed callers can be the one, while a trunk that the source is not listed for has the called or the
 * caller's number. It may be known by its password: one carrier's addresses serve tenants with and without access lists.
 */
function isMeantForAnother(invite: ReceivedInvite, listed: Caller, policy: Policy): boolean {
  const called = findNumbers(
    [invite.called, invite.to],
    policy,
    ({ trunk }) => standingOf(listed, trunk) !== undefined,
  );
  if (called.wanted.length > 0) return false;
  const callers = findNumbers([invite.caller, invite.from_user], policy, ({ trunk }) =>
    isAgentOf(trunk.account, listed, policy),
  );
  if (callers.wanted.length > 0) return false;
  return (
    called.others.some(({ trunk }) => trunk.username !== null && trunk.direction !== 'outbound') ||
    callers.others.some(({ trunk }) => hasAgentWithPassword(trunk.account, policy))
  );
}

function hasAgentWithPassword(account: Principal['account'], policy: Policy): boolean {
  for (const { username } of policy.agentsOf(account)) if (username !== null) return true;
  return false;
}

function verify(invite: ReceivedInvite, credentials: DigestCredentials, listed: Caller, policy: Policy): Step<Caller> {
  const tried = principalsToTry(invite, credentials.username, policy);
  const proven = tried.filter((principal) => {
    const ha1 = policy.ha1(principal, credentials.algorithm);
    return ha1 !== undefined && verifyDigest(credentials, invite.method, ha1);
  });
  if (tried.length === 0) verifyDigest(credentials, invite.method, nobodysHa1);
  if (proven.length > 0) return { kind: 'continue', value: { ...listed, proven, username: credentials.username } };

  const wrong = tried.map((principal): Finding => {
    const opens = policy.ha1(principal, credentials.algorithm) !== undefined;
    const detail = opens ? 'The password is not the one of this user name' : 'The stored password cannot be opened';
    return { principal, found_by: ['digest'], left_out: 'credentials-wrong', detail };
  });
  return refuse('bad-credentials', invite, listed, policy, wrong);
}

/** Agents first (their user names are unique), then the trunks that have the called number, then the others. */
function principalsToTry(invite: ReceivedInvite, username: string, policy: Policy): readonly Principal[] {
  const trunks = policy.trunksByUsername(username);
  const tried = new Set<Principal>(policy.agentsByUsername(username));
  for (const user of [invite.called, invite.to]) {
    for (const { trunk } of findPlainly(user, policy)) if (trunks.has(trunk)) tried.add(trunk);
  }
  for (const trunk of trunks) {
    if (tried.size >= maxTried) break;
    tried.add(trunk);
  }
  return [...tried].slice(0, maxTried);
}

function refuse(
  cause: 'malformed-request' | 'bad-credentials',
  invite: ReceivedInvite,
  listed: Caller,
  policy: Policy,
  wrong: readonly Finding[],
): Step<never> {
  const strangers = strangerFindings(invite, listed, [
    ...findPlainly(invite.called, policy),
    ...findPlainly(invite.to, policy),
  ]);
  const known = new Set(wrong.map(({ principal }) => principal));
  const found = [...wrong, ...strangers.filter(({ principal }) => !known.has(principal))];
  const { findings, total } = addBystanders(invite, listed, found);
  return {
    kind: 'refuse',
    cause,
    explanation: explain('refused', cause, refusalSummary(cause, invite), findings, total),
  };
}

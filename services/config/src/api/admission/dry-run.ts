import type { AccountId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { Admission } from '@trunkline/policy/admission';
import { admit } from '@trunkline/policy/admit';
import { explanationFor } from '@trunkline/policy/explanation-for';
import type { Nonces } from '@trunkline/policy/nonces';
import type { AclMatch, Policy, Principal } from '@trunkline/policy/policy';
import type { ReceivedInvite } from '@trunkline/policy/received-invite';
import type { Verdict } from '@trunkline/policy/verdict';
import { formatCredentials } from '@trunkline/sip/digest-credentials';
import { digestResponse } from '@trunkline/sip/digest-response';

export interface DryRun {
  readonly invite: Omit<ReceivedInvite, 'authorization'>;
  /** Who proves a password by digest: it is taken to be right for everyone of that name. */
  readonly username: string | null;
  /** Who asks; null is the operator, who sees everybody. */
  readonly account: AccountId | null;
}

/** Stands in for the key of the password that is taken to be right. */
const assumedHa1 = '1'.repeat(32);

/**
 * Pure: what the edge would decide, by the function by which it decides. A tenant is told the whole truth about its own trunks
 * and agents; where the call would concern somebody else's, it is told what would be if there were nobody else.
 */
export function dryRun(
  { invite, username, account }: DryRun,
  policy: Policy,
  now: Instant,
  nonces: Nonces,
): Verdict<Admission> {
  const run = (seen: Policy): Verdict<Admission> => {
    const authorization =
      username === null ? null : proof(invite, username, seen, nonces.make(now, invite.source.address));
    const assumed = username === null ? seen : withAssumed(seen);
    return admit({ ...invite, authorization }, assumed, now, nonces, () => 0);
  };
  const whole = run(policy);
  if (account === null) return whole;
  if (whole.kind === 'accept' && whole.value.trunk.account === account) return told(whole, account);
  const own = run(ownPart(policy, account));
  // Its own trunk would take the call, were it not for somebody else: then that it is refused is about its own trunk.
  return own.kind === 'accept' && whole.kind !== 'accept' ? told(whole, account) : own;
}

function told(verdict: Verdict<Admission>, account: AccountId): Verdict<Admission> {
  const explanation = explanationFor(verdict.explanation, account);
  return { ...verdict, explanation: { ...explanation, candidates_total: explanation.candidates.length } };
}

function proof(invite: DryRun['invite'], username: string, policy: Policy, nonce: string): string {
  const { method, request_uri: uri } = invite;
  const algorithm = 'MD5' as const;
  const protection = { cnonce: 'dry-run', nc: '00000001' };
  const response = digestResponse({ algorithm, nonce, uri, protection }, method, assumedHa1);
  return formatCredentials({
    username,
    realm: policy.realm,
    nonce,
    uri,
    response,
    algorithm,
    protection,
    opaque: null,
  });
}

/** Whoever has a password that can be opened has the one that is taken to be right. */
function withAssumed(policy: Policy): Policy {
  return override(policy, {
    ha1: (principal, algorithm) => (policy.ha1(principal, algorithm) === undefined ? undefined : assumedHa1),
  });
}

/** The configuration as if there were one account. */
function ownPart(policy: Policy, account: AccountId): Policy {
  const isOwn = (principal: Principal): boolean => principal.account === account;
  const matches = <Owner extends Principal>(found: readonly AclMatch<Owner>[]): readonly AclMatch<Owner>[] =>
    found.flatMap((match) => {
      const owners = new Set([...match.owners].filter(isOwn));
      return owners.size === 0 ? [] : [{ ...match, owners }];
    });
  const own = <Owner extends Principal>(all: ReadonlySet<Owner>): ReadonlySet<Owner> => new Set([...all].filter(isOwn));
  return override(policy, {
    trunksBySource: (address) => matches(policy.trunksBySource(address)),
    agentsBySource: (address) => matches(policy.agentsBySource(address)),
    trunksByUsername: (username) => own(policy.trunksByUsername(username)),
    agentsByUsername: (username) => own(policy.agentsByUsername(username)),
    byNumber: (key) => policy.byNumber(key).filter(({ trunk }) => isOwn(trunk)),
    trunkByContactUser: (user) => {
      const found = policy.trunkByContactUser(user);
      return found !== undefined && isOwn(found) ? found : undefined;
    },
  });
}

/** An object with some of its members replaced; the others still run on the object itself, which may hold private state. */
function override<T extends object>(base: T, changes: Partial<T>): T {
  return new Proxy(base, {
    get(target, name) {
      const value: unknown = Reflect.get(name in changes ? changes : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

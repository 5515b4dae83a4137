import type { Instant } from '@trunkline/contracts/time';
import { formatChallenge } from '@trunkline/sip/digest-challenge';
import { parseCredentials } from '@trunkline/sip/digest-credentials';
import { verifyDigest } from '@trunkline/sip/digest-response';
import type { Nonces } from './nonces.ts';
import type { Policy, PolicyTrunk, Principal } from './policy.ts';

export type Registrant =
  | { readonly kind: 'known'; readonly principal: Principal }
  | { readonly kind: 'challenge'; readonly www_authenticate: readonly string[] }
  | { readonly kind: 'refused'; readonly status: 400 | 403; readonly reason: string };

/** Stands in for the key of a user that does not exist, so that the answer takes as long as for one that does. */
const nobodysHa1 = '0'.repeat(64);
const maxTried = 64;

/**
 * Who registers? An agent, or a trunk whose carrier registers with us: always by digest, for an address proves no identity that calls
 * may be sent to. An unknown user and a wrong password get the same answer.
 */
export function authenticateRegister(
  request: { readonly authorization: string | null; readonly to_user: string | null; readonly address: string },
  policy: Policy,
  nonces: Nonces,
  now: Instant,
): Registrant {
  const { authorization, to_user, address } = request;
  const challenge = (stale: boolean): Registrant => {
    const { realm, algorithms } = policy;
    const fresh = { realm, nonce: nonces.make(now, address), qop: 'auth', opaque: null, stale } as const;
    const www_authenticate = algorithms.map((algorithm) => formatChallenge({ ...fresh, algorithm }));
    return { kind: 'challenge', www_authenticate };
  };
  const read = authorization === null ? undefined : parseCredentials(authorization);
  if (read?.kind === 'malformed') return { kind: 'refused', status: 400, reason: 'Malformed Authorization' };
  if (read?.kind !== 'digest' || read.credentials.realm !== policy.realm) return challenge(false);
  const { credentials } = read;
  if (nonces.check(credentials.nonce, now, address) !== 'valid') return challenge(true);
  const tried = [...policy.agentsByUsername(credentials.username), ...registeringTrunks(credentials.username, policy)];
  const proven = tried.slice(0, maxTried).find((principal) => {
    const ha1 = policy.ha1(principal, credentials.algorithm);
    return ha1 !== undefined && verifyDigest(credentials, 'REGISTER', ha1);
  });
  if (tried.length === 0) verifyDigest(credentials, 'REGISTER', nobodysHa1);
  if (proven === undefined || !proven.is_active) return { kind: 'refused', status: 403, reason: 'Forbidden' };
  if (!nonces.spend(credentials.response, now)) return challenge(true);
  // RFC 3261 §10.3 step 4: a user may change the bindings of no other address-of-record.
  if (to_user !== credentials.username) return { kind: 'refused', status: 403, reason: 'Not your address-of-record' };
  return { kind: 'known', principal: proven };
}

function registeringTrunks(username: string, policy: Policy): PolicyTrunk[] {
  return [...policy.trunksByUsername(username)].filter(({ registration }) => registration === 'they-register');
}

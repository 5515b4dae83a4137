import type { AccountId } from '@trunkline/contracts/ids';
import type { Trunk, TrunkNumber } from '@trunkline/contracts/trunk';
import { dialKeys } from '@trunkline/policy/dial-keys';
import { numberKey } from './number-key.ts';

/** Fewer digits than this, or letters, and it is an extension: of one account, not of the world. */
const shortestTelephoneNumber = 7;

export function isExtension(key: string): boolean {
  return !/^\d+$/.test(key) || key.length < shortestTelephoneNumber;
}

/**
 * What a number on an active trunk keeps for itself. A telephone number, in E.164 where it or the trunk's country tells, is
 * nobody else's; an extension is no other trunk's of the same account.
 */
export function numberClaim(account: AccountId, number: TrunkNumber['number'], country: string | null): string {
  const key = dialKeys(number, country).at(-1) ?? numberKey(number);
  return isExtension(key) ? `${account}:${key}` : key;
}

/** The number of a claim, for people. */
export function claimedNumber(claim: string): string {
  return claim.slice(claim.indexOf(':') + 1);
}

/** Who we are to a registrar, or who somebody is to ours. Only one active trunk may be it. */
export interface Identity {
  /** Unique text. */
  readonly key: string;
  readonly username: string;
  /** `host:port` of the carrier; null when the registrar is ours. */
  readonly place: string | null;
}

export function identitiesOf(trunk: Trunk): readonly Identity[] {
  const { auth, registration, gateways, is_active } = trunk;
  if (!is_active || auth.kind !== 'userpass' || registration === 'none') return [];
  const { username } = auth;
  if (registration === 'they-register') return [inboundIdentity(username)];
  return gateways.map(({ host, port }) => {
    const place = `${host.toLowerCase().replace(/\.$/, '')}:${port}`;
    return { key: `${username}@${place}`, username, place };
  });
}

/** Agents and the carriers that register with us have their user names at one registrar. */
export function inboundIdentity(username: string): Identity {
  return { key: `${username}@`, username, place: null };
}

/** The extensions of a trunk that its addresses alone tell apart from other accounts'. */
export function extensionsOf(trunk: Trunk): readonly string[] {
  if (!trunk.is_active || trunk.direction === 'outbound' || trunk.acl.length === 0) return [];
  return [...new Set(trunk.numbers.map(({ number }) => numberKey(number)).filter(isExtension))];
}

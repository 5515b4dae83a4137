import type { Cause } from '@trunkline/contracts/causes';
import type { LeftOut } from '@trunkline/contracts/explanation';
import type { Instant } from '@trunkline/contracts/time';
import type { PolicyTrunk } from './policy.ts';

/** Why a trunk or an agent that is meant takes no part now: it leaves it out, and when nobody else is meant it is the cause. */
export type Fault = Extract<LeftOut, Cause>;

/** Networks named in one sentence; a list may have 256. */
const maxNamed = 8;
/** Characters kept of text that a caller wrote. */
const maxShown = 48;

/** Text of others, fit for a sentence: printable and short. */
export function shown(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?');
  return printable.length > maxShown ? `${printable.slice(0, maxShown)}...` : printable;
}

/** `127.0.0.9 is in none of 203.0.113.0/24, 198.51.100.7/32`. */
export function notInAcl(address: string, acl: readonly string[]): string {
  if (acl.length === 0) return 'The trunk has no access list';
  const more = acl.length > maxNamed ? ` and ${acl.length - maxNamed} more` : '';
  return `${address} is in none of ${acl.slice(0, maxNamed).join(', ')}${more}`;
}

export function notOnTrunk(called: string | null, trunk: PolicyTrunk): string {
  if (called === null) return 'The INVITE names no called number';
  const count = trunk.number_count;
  return `${shown(called)} is not among the ${count} ${count === 1 ? 'number' : 'numbers'} of the trunk`;
}

export function callerNotOwned(caller: string | null): string {
  return caller === null ? 'The INVITE names no caller number' : `${shown(caller)} is on no trunk of the account`;
}

/** Why a trunk cannot take part in a call in that direction; null when it can. */
export function trunkFault(trunk: PolicyTrunk, direction: 'inbound' | 'outbound', now: Instant): Fault | null {
  if (!trunk.is_active) return 'trunk-inactive';
  if (trunk.expires_at !== null && trunk.expires_at <= now) return 'trunk-expired';
  if (trunk.direction === 'both' || trunk.direction === direction) return null;
  return direction === 'inbound' ? 'inbound-disabled' : 'outbound-disabled';
}

/** The sentence to a fault of {@link trunkFault}. */
export function faultDetail(fault: Fault, trunk: PolicyTrunk): string {
  if (fault === 'trunk-inactive') return 'The trunk is switched off';
  if (fault === 'agent-inactive') return 'The agent is switched off';
  if (fault === 'trunk-expired' && trunk.expires_at !== null) {
    return `The trunk expired at ${new Date(trunk.expires_at).toISOString()}`;
  }
  return `The trunk is for ${trunk.direction} calls only`;
}

import type { Instant } from '@trunkline/contracts/time';
import { type Caller, type Standing, standingOf } from './caller.ts';
import { type Fault, trunkFault } from './details.ts';
import { findNumbers } from './find-numbers.ts';
import type { Policy, PolicyNumber, PolicyTrunk } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';

/** A called number on a trunk that the caller may be the carrier of. */
export interface InboundHit {
  readonly number: PolicyNumber;
  readonly standing: Standing;
  /** Why the trunk takes no inbound call now; null when it does. */
  readonly fault: Fault | null;
}

export interface InboundHits {
  /** Usable ones first, then by rank. One per trunk. */
  readonly hits: readonly InboundHit[];
  /** The called number on trunks that the caller is not known to be the carrier of. */
  readonly strangers: readonly PolicyNumber[];
}

export function findInbound(invite: ReceivedInvite, caller: Caller, policy: Policy, now: Instant): InboundHits {
  const { wanted, others } = findNumbers(
    [invite.called, invite.to],
    policy,
    ({ trunk }) => standingOf(caller, trunk) !== undefined,
  );
  // Whoever else has the number: the INVITE says itself on which trunk it is.
  const isRegistered = (caller.registered ?? null) !== null;
  const hits = new Map<PolicyTrunk, InboundHit>();
  for (const number of wanted.length > 0 ? wanted : numberOfRegistration(caller, policy)) {
    const standing = standingOf(caller, number.trunk);
    const known = hits.get(number.trunk);
    // A trunk may list a number twice, with and without `+`: the one with an agent is meant.
    if (standing === undefined || (known !== undefined && (known.number.agent !== null || number.agent === null)))
      continue;
    hits.set(number.trunk, { number, standing, fault: trunkFault(number.trunk, 'inbound', now) });
  }
  return { hits: [...hits.values()].sort(inOrder), strangers: isRegistered ? [] : others };
}

/** RFC 3261 §10: a registrar may tell no number, only our Contact; on a trunk with one number that is the one. */
function numberOfRegistration({ registered }: Caller, policy: Policy): readonly PolicyNumber[] {
  const number = registered === undefined || registered === null ? undefined : policy.onlyNumberOf(registered);
  return number === undefined ? [] : [number];
}

/** Usable before unusable, then the more certain standing. */
export function inOrder(
  one: { readonly fault: Fault | null; readonly standing: Standing },
  other: { readonly fault: Fault | null; readonly standing: Standing },
): number {
  const usable = Number(one.fault !== null) - Number(other.fault !== null);
  return usable !== 0 ? usable : other.standing.rank - one.standing.rank;
}

import { maxCandidatesListed } from '@trunkline/contracts/explanation';
import type { Caller } from './caller.ts';
import { callerNotOwned, notOnTrunk } from './details.ts';
import { type Finding, foundBy } from './explain.ts';
import type { AclMatch, Principal } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';

export interface Findings {
  readonly findings: readonly Finding[];
  readonly total: number;
}

/**
 * Adds the callers that the numbers did not point to, as far as the list has room, and counts them all. A carrier's network may
 * be on the lists of thousands of trunks: only those listed are looked at.
 */
export function addBystanders(invite: ReceivedInvite, caller: Caller, findings: readonly Finding[]): Findings {
  const listed = new Set<Principal>(findings.map(({ principal }) => principal));
  const all = [...findings];
  for (const principal of callersOf(caller)) {
    if (all.length >= maxCandidatesListed) break;
    if (listed.has(principal)) continue;
    listed.add(principal);
    all.push(bystander(invite, caller, principal));
  }
  const outside = [...listed].filter((principal) => foundBy(caller, principal, false)[0] !== 'acl').length;
  const unlistedProven = caller.proven.filter(
    (principal) => !listed.has(principal) && foundBy(caller, principal, false)[0] !== 'acl',
  ).length;
  return { findings: all, total: countOwners(caller.trunks) + countOwners(caller.agents) + outside + unlistedProven };
}

function* callersOf({ registered, proven, trunks, agents }: Caller): Iterable<Principal> {
  if (registered !== undefined && registered !== null) yield registered;
  yield* proven;
  for (const { owners } of trunks) yield* owners;
  for (const { owners } of agents) yield* owners;
}

function bystander(invite: ReceivedInvite, caller: Caller, principal: Principal): Finding {
  const found_by = foundBy(caller, principal, false);
  return principal.kind === 'trunk'
    ? {
        principal,
        found_by,
        left_out: 'number-not-on-trunk',
        detail: notOnTrunk(invite.called ?? invite.to, principal),
      }
    : {
        principal,
        found_by,
        left_out: 'caller-number-not-on-trunk',
        detail: callerNotOwned(invite.caller ?? invite.from_user),
      };
}

/** Owners that are on two matching networks are compared only while the lists are short; beyond, they count twice. */
const maxCompared = 1_000;

function countOwners<Owner>(matches: readonly AclMatch<Owner>[]): number {
  const [first, ...more] = [...matches].sort((one, other) => other.owners.size - one.owners.size);
  if (first === undefined) return 0;
  if (more.length === 0) return first.owners.size;
  if ((more[0]?.owners.size ?? 0) > maxCompared) return matches.reduce((sum, { owners }) => sum + owners.size, 0);
  const extra = new Set<Owner>();
  for (const { owners } of more) for (const owner of owners) if (!first.owners.has(owner)) extra.add(owner);
  return first.owners.size + extra.size;
}

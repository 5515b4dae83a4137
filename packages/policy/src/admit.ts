import type { Instant } from '@trunkline/contracts/time';
import type { Admission } from './admission.ts';
import { authenticate } from './authenticate.ts';
import { checkHops } from './check-hops.ts';
import { decideRoute } from './decide-route.ts';
import { matchTrunk } from './match-trunk.ts';
import type { Nonces } from './nonces.ts';
import type { Chance } from './order-gateways.ts';
import type { Policy } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';
import { findRegistration } from './registration-of.ts';
import type { Verdict } from './verdict.ts';

/** The whole of admission. The edge's call path and the API's dry run call this very function. */
export function admit(
  received: ReceivedInvite,
  policy: Policy,
  now: Instant,
  nonces: Nonces,
  chance: Chance,
): Verdict<Admission> {
  const { invite, registered } = findRegistration(received, policy);
  const hops = checkHops(invite);
  if (hops.kind !== 'continue') return hops;

  const caller = registered ?? authenticate(invite, policy, now, nonces);
  if (caller.kind !== 'continue') return caller;

  const match = matchTrunk(invite, caller.value, policy, now);
  if (match.kind !== 'continue') return match;

  return decideRoute(invite, match.value, policy, chance, now);
}

import { type Caller, standingOf } from './caller.ts';
import { notInAcl } from './details.ts';
import { type Finding, foundBy } from './explain.ts';
import type { PolicyNumber, PolicyTrunk } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';

/** The trunks that have the called number while the caller is not known to be their carrier; each once. */
export function strangerFindings(
  invite: ReceivedInvite,
  caller: Caller,
  numbers: readonly PolicyNumber[],
): readonly Finding[] {
  return trunksOf(numbers)
    .filter((trunk) => standingOf(caller, trunk) === undefined)
    .map((trunk) => strangerFinding(invite, caller, trunk));
}

/** Each once, in order. */
export function trunksOf(numbers: readonly PolicyNumber[]): readonly PolicyTrunk[] {
  return [...new Set(numbers.map(({ trunk }) => trunk))];
}

function strangerFinding(invite: ReceivedInvite, caller: Caller, trunk: PolicyTrunk): Finding {
  const { address } = invite.source;
  const found_by = foundBy(caller, trunk, true);
  const byPassword = trunk.username !== null && trunk.direction !== 'outbound';
  if (byPassword && trunk.acl.length === 0) {
    const detail = `The trunk is known by its user name, and the INVITE from ${address} does not prove it`;
    return { principal: trunk, found_by, left_out: 'credentials-missing', detail };
  }
  return { principal: trunk, found_by, left_out: 'source-not-in-acl', detail: notInAcl(address, trunk.acl) };
}

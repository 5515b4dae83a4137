import { dialKeys } from './dial-keys.ts';
import { lookupKeys } from './lookup-keys.ts';
import { type CallerWish, isForeignNumber } from './outbound-caller.ts';
import type { PolicyNumber } from './policy.ts';
import { noIdentity, wantsPrivacy } from './received-identity.ts';
import type { ReceivedInvite } from './received-invite.ts';

/** What an agent's INVITE asks its callee to be shown, when `number` is the number that selected the trunk. */
export function callerWish(invite: Pick<ReceivedInvite, 'from_user' | 'identity'>, number: PolicyNumber): CallerWish {
  const { from_user, identity } = invite;
  return {
    foreign: isForeignNumber(from_user) && !isSame(from_user, number) ? from_user : null,
    anonymous: from_user === null || wantsPrivacy(identity ?? noIdentity),
  };
}

function isSame(user: string, { number, trunk }: PolicyNumber): boolean {
  const { country } = trunk.number_format;
  const own = dialKeys(number, country);
  return lookupKeys(user, country).some((key) => own.includes(key));
}

import type { Cause } from '@trunkline/contracts/causes';
import type { Admission } from '@trunkline/policy/admission';
import type { ReceivedInvite } from '@trunkline/policy/received-invite';
import { readOffer } from '../call/read-description.ts';
import { mediaProfile } from './media-profile.ts';

/** Why the caller's offer cannot become this call, or null. Pure. */
export function mediaObjection(offer: string | null, admission: Admission, invite: ReceivedInvite): Cause | null {
  if (offer === null) return 'offer-missing';
  const profile = mediaProfile(admission, invite);
  const read = readOffer(offer, 'caller', profile);
  if (!read.ok) return read.cause;
  const { trunk } = admission;
  const carrierTransport = admission.direction === 'inbound' ? invite.source.transport : trunk.transport;
  return trunk.media.encryption === 'sdes' && carrierTransport !== 'tls' ? 'encryption-without-tls' : null;
}

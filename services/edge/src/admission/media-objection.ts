import type { Cause } from '@trunkline/contracts/causes';
import type { Transport } from '@trunkline/contracts/trunk';
import type { Admission } from '@trunkline/policy/admission';
import type { PolicyTrunk } from '@trunkline/policy/policy';
import type { ReceivedInvite } from '@trunkline/policy/received-invite';
import { readOffer } from '../call/read-description.ts';
import { mediaProfile } from './media-profile.ts';

/** Why the caller's offer, or ours to a caller without, cannot become this call, or null. Pure. */
export function mediaObjection(offer: string | null, admission: Admission, invite: ReceivedInvite): Cause | null {
  const read = offer === null ? null : readOffer(offer, 'caller', mediaProfile(admission, invite));
  if (read?.ok === false) return read.cause;
  const { trunk } = admission;
  return keysInTheOpen(trunk, admission.direction === 'inbound' ? invite.source.transport : trunk.transport);
}

/** RFC 4568 §7.1: SRTP is required, and its keys would travel over a transport that everybody can read. */
export function keysInTheOpen({ media }: Pick<PolicyTrunk, 'media'>, carrier: Transport): Cause | null {
  return media.encryption === 'sdes' && carrier !== 'tls' ? 'encryption-without-tls' : null;
}

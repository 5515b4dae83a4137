import type { Cause } from '@trunkline/contracts/causes';
import type { Admission } from '@trunkline/policy/admission';
import { audioOf, parseSdp } from '@trunkline/sip/sdp';

/** Why the caller's offer cannot become this call, or null. Pure. */
export function mediaObjection(offer: string | null, admission: Admission): Cause | null {
  if (offer === null) return 'offer-missing';
  const description = parseSdp(offer);
  const audio = description.ok ? audioOf(description.value) : undefined;
  if (audio === undefined) return 'no-common-codec';
  const { codecs, encryption } = admission.trunk.media;
  const common = audio.formats.some(({ encoding }) => codecs.some((codec) => codec === encoding?.name));
  if (!common) return 'no-common-codec';
  // RFC 4568 §6.1: the keys are in the offer; without them there is nothing to encrypt with.
  const clear = !(audio.secure_profile && audio.has_crypto);
  return admission.direction === 'inbound' && encryption === 'sdes' && clear ? 'encryption-required' : null;
}

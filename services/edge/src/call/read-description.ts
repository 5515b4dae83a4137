import type { Cause } from '@trunkline/contracts/causes';
import type { Codec, MediaEncryption } from '@trunkline/contracts/trunk';
import { narrowSdp } from '@trunkline/sip/narrow-sdp';
import { audioOf, parseSdp, type SdpMedia } from '@trunkline/sip/sdp';
import type { MediaProfile, MediaSide } from './media.ts';

/** A description that this call may have, with nothing in it that it may not; else what is wrong with it. */
export type Readable =
  | { readonly ok: true; readonly sdp: string; readonly audio: SdpMedia; readonly codecs: readonly string[] }
  | { readonly ok: false; readonly cause: Cause; readonly reason: string };

const unreadable = (cause: Cause, reason: string): Readable => ({ ok: false, cause, reason });

export function readAudio(sdp: string): SdpMedia | undefined {
  const parsed = parseSdp(sdp);
  return parsed.ok ? audioOf(parsed.value) : undefined;
}

/** Judges what a side offers (RFC 3264 §5). `wanted` is the order in which the other side would have its codecs. Pure. */
export function readOffer(sdp: string, from: MediaSide, profile: MediaProfile): Readable {
  const audio = readAudio(sdp);
  if (audio === undefined) return unreadable('no-common-codec', 'The offer has no audio that can be read');
  const encryption = profile.encryption[from];
  const cause = keysMissing(audio, encryption);
  if (cause !== null) return unreadable(cause, `The ${from} offers ${audio.protocol}`);
  const to = from === 'caller' ? 'callee' : 'caller';
  const allowed = profile.codecs[from];
  const wanted = [...profile.codecs[to].filter((codec) => allowed.includes(codec)), ...allowed];
  return narrowed(sdp, audio, wanted, encryption, 'no-common-codec');
}

/** Judges what a side answers to an offer that showed it these codecs (RFC 3264 §6). Pure. */
export function readAnswer(sdp: string, from: MediaSide, profile: MediaProfile, shown: readonly string[]): Readable {
  const audio = readAudio(sdp);
  if (audio === undefined) return unreadable('answer-unusable', 'The answer has no audio that can be read');
  const encryption = profile.encryption[from];
  if (encryption === 'sdes' && keysMissing(audio, encryption) !== null) {
    return unreadable('encryption-refused', `The ${from} answers with ${audio.protocol}`);
  }
  if (encryption !== 'sdes' && audio.secure_profile) {
    return unreadable('answer-unusable', `The ${from} answers an offer of RTP/AVP with ${audio.protocol}`);
  }
  const wanted = profile.codecs[from].filter((codec) => shown.includes(codec));
  return narrowed(sdp, audio, wanted, encryption, 'answer-unusable');
}

/** RFC 4568 §6.1: the keys are in the description; without them there is nothing to encrypt with. */
function keysMissing(audio: SdpMedia, encryption: MediaEncryption): Cause | null {
  if (encryption === 'no') return audio.secure_profile ? 'encryption-not-enabled' : null;
  if (encryption === 'sdes') return audio.secure_profile && audio.has_crypto ? null : 'encryption-required';
  return audio.secure_profile && !audio.has_crypto ? 'encryption-not-enabled' : null;
}

function narrowed(
  sdp: string,
  audio: SdpMedia,
  wanted: readonly Codec[],
  encryption: MediaEncryption,
  otherwise: Cause,
): Readable {
  const order = [...new Set(wanted)];
  const kept = order.flatMap((codec) => audio.formats.filter(({ encoding }) => encoding?.name === codec));
  if (kept.length === 0) return unreadable(otherwise, 'No codec that this call may use');
  // RFC 4733 §2.1: events have the clock of the audio that they replace.
  const events = audio.formats.filter(
    ({ encoding }) => encoding?.name === 'TELEPHONE-EVENT' && encoding.clock_rate === 8_000,
  );
  const payload_types = [...kept, ...events].map(({ payload_type }) => payload_type);
  return {
    ok: true,
    sdp: narrowSdp(sdp, { payload_types, without_keys: encryption === 'no' }),
    audio,
    codecs: [...new Set(kept.map(({ encoding }) => encoding?.name ?? ''))],
  };
}

/** What rtpengine made of a description, before a side sees it: never keys to a side without SRTP, never none to one with. */
export function checkShown(sdp: string, to: MediaSide, profile: MediaProfile): string | null {
  const audio = readAudio(sdp);
  if (audio === undefined) return 'rtpengine made a description without audio';
  const encryption = profile.encryption[to];
  if (encryption === 'no' && (audio.has_crypto || audio.has_fingerprint || audio.secure_profile)) {
    return `rtpengine would show keys to the ${to}`;
  }
  return encryption === 'sdes' && !(audio.has_crypto && audio.secure_profile)
    ? `rtpengine would show the ${to} a description without keys`
    : null;
}

/** Names of the codecs in a description, telephone-event not among them. */
export function codecNames(sdp: string): readonly string[] {
  const names = readAudio(sdp)?.formats.map(({ encoding }) => encoding?.name ?? '') ?? [];
  return names.filter((name) => name !== 'TELEPHONE-EVENT');
}

import type { Instant } from '@trunkline/contracts/time';
import type { SdpMedia } from '@trunkline/sip/sdp';
import type { MediaProfile, MediaSide } from '../call/media.ts';
import { readAudio } from '../call/read-description.ts';
import type { BothStreams } from './media-stats.ts';

interface HeardSide {
  readonly packets: number;
  /** Since then nothing new has come. */
  readonly since: Instant;
}
export type Heard = Readonly<Record<MediaSide, HeardSide>>;

export function newHeard(now: Instant): Heard {
  return { caller: { packets: 0, since: now }, callee: { packets: 0, since: now } };
}

/** Pure: what is known after one more look at the counters. They begin again where a call was moved. */
export function heardNow(before: Heard, stats: BothStreams, now: Instant): Heard {
  const side = (name: MediaSide): HeardSide => {
    const packets = stats[name].packets_received;
    return packets === before[name].packets ? before[name] : { packets, since: now };
  };
  return { caller: side('caller'), callee: side('callee') };
}

/**
 * Has the call lost its audio? When the carrier has sent nothing for so long, or nobody has. An agent may listen in silence, and a
 * call on hold is silent as long as it is held (RFC 3264 §8.4). Pure.
 */
export function isSilent(
  heard: Heard,
  said: Readonly<Record<MediaSide, string | null>>,
  profile: MediaProfile,
  silent_ms: number,
  now: Instant,
): boolean {
  if (isHeld(said.caller) || isHeld(said.callee)) return false;
  const quiet = (['caller', 'callee'] as const).filter((side) => now - heard[side].since >= silent_ms);
  return quiet.length === 2 || quiet.some((side) => profile.network[side] === 'outside');
}

function isHeld(said: string | null): boolean {
  const audio = audioOf(said);
  // RFC 2543 §B.5: an address of zeros is hold as it was said before RFC 3264.
  return audio === undefined || audio.direction !== 'sendrecv' || audio.address === '0.0.0.0';
}

function audioOf(sdp: string | null): SdpMedia | undefined {
  return sdp === null ? undefined : readAudio(sdp);
}

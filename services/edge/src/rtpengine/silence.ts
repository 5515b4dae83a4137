import type { Instant } from '@trunkline/contracts/time';
import type { SdpMedia } from '@trunkline/sip/sdp';
import { type MediaProfile, type MediaSide, otherSide } from '../call/media.ts';
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
 * Has the call lost its audio? When the carrier's side should send and has not for so long, or when nobody who should does.
 * An agent may listen in silence; a side on hold, and one that the other will not hear, need not send (RFC 3264 §8.4). Pure.
 */
export function isSilent(
  heard: Heard,
  said: Readonly<Record<MediaSide, string | null>>,
  profile: MediaProfile,
  silent_ms: number,
  now: Instant,
): boolean {
  const sides = (['caller', 'callee'] as const).filter((side) => shouldSend(said[side], said[otherSide[side]]));
  const quiet = sides.filter((side) => now - heard[side].since >= silent_ms);
  if (quiet.length === 0) return false;
  return quiet.length === sides.length || quiet.some((side) => profile.network[side] === 'outside');
}

function shouldSend(said: string | null, other: string | null): boolean {
  const [own, heardBy] = [audioOf(said), audioOf(other)];
  if (own === undefined || heardBy === undefined) return false;
  const sends = own.direction === 'sendrecv' || own.direction === 'sendonly';
  const takes = heardBy.direction === 'sendrecv' || heardBy.direction === 'recvonly';
  // RFC 2543 §B.5: hold as it was said before RFC 3264.
  return sends && takes && heardBy.address !== '0.0.0.0';
}

function audioOf(sdp: string | null): SdpMedia | undefined {
  return sdp === null ? undefined : readAudio(sdp);
}

import type { MediaProfile, MediaSide } from '../call/media.ts';
import { tags } from './media-stats.ts';
import type { NgReply } from './ng-control.ts';

const otherSide: Readonly<Record<MediaSide, MediaSide>> = { caller: 'callee', callee: 'caller' };

/**
 * What both offer and answer need. `strict-source`: once a side's address is learned, RTP from elsewhere is dropped.
 * `port-latching`: a re-INVITE does not move our ports.
 */
const common = {
  flags: ['strict-source', 'port-latching'],
  replace: ['origin', 'session-connection'],
  ICE: 'remove',
  DTLS: 'off',
  'rtcp-mux': ['demux'],
};

export function offerParameters(
  call: string,
  profile: MediaProfile,
  from: MediaSide,
  sdp: string,
  again: boolean,
): NgReply {
  const to = otherSide[from];
  return {
    ...common,
    'call-id': call,
    'from-tag': tags[from],
    ...(again ? { 'to-tag': tags[to] } : {}),
    sdp,
    // What the answerer is to speak (RFC 3551, RFC 3711); the offerer hears its own profile back.
    'transport-protocol': profile.encrypted[to] ? 'RTP/SAVP' : 'RTP/AVP',
    direction: [profile.network[from], profile.network[to]],
    // Stripped, and those of the list put back where the offer had them, in the order of the list.
    codec: { strip: ['all'], offer: [...profile.codecs, 'telephone-event'] },
  };
}

export function answerParameters(call: string, from: MediaSide, sdp: string): NgReply {
  return { ...common, 'call-id': call, 'from-tag': tags[otherSide[from]], 'to-tag': tags[from], sdp };
}

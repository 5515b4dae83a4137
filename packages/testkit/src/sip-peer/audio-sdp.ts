import { audioOf, parseSdp } from '@trunkline/sip/sdp';
import { type Law, payloadTypes } from '../rtp-peer/g711.ts';
import type { RtpAddress } from '../rtp-peer/rtp-peer.ts';

/** A description (RFC 8866) of one G.711 stream at this address. */
export function audioSdp({ address, port }: RtpAddress, laws: readonly Law[], direction = 'sendrecv'): string {
  const family = address.includes(':') ? 'IP6' : 'IP4';
  return [
    'v=0',
    `o=- ${port} 1 IN ${family} ${address}`,
    's=-',
    `c=IN ${family} ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${laws.map((law) => payloadTypes[law]).join(' ')}`,
    ...laws.map((law) => `a=rtpmap:${payloadTypes[law]} ${law}/8000`),
    'a=ptime:20',
    `a=${direction}`,
    '',
  ].join('\r\n');
}

/** Where the far end takes audio; undefined when its description has no audio stream. */
export function audioAddress(sdp: string): RtpAddress | undefined {
  const parsed = parseSdp(sdp);
  const audio = parsed.ok ? audioOf(parsed.value) : undefined;
  return audio?.address ? { address: audio.address, port: audio.port } : undefined;
}

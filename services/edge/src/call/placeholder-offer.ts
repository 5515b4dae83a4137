import { isIPv6 } from 'node:net';
import type { Codec } from '@trunkline/contracts/trunk';
import type { MediaProfile } from './media.ts';

/** RFC 3551 §6. */
const payloadTypes: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 8 };
const telephoneEvent = 101;

/** RFC 863: what is sent there before the caller has said where it listens is thrown away. */
const discardPort = 9;
/** RFC 5737: nobody's. */
const nobody = '192.0.2.1';

/** Bytes of master key and salt of AES_CM_128 (RFC 4568 §6.2). */
export const placeholderKeyLength = 30;

/**
 * What the callee is offered on behalf of a caller that has not described itself (RFC 3261 §13.2.1): all that its side of the call
 * may have. The relay may use `key`, which stands in for the caller's, as its own towards the callee: it is as secret as any. Pure.
 */
export function placeholderOffer({ codecs, encryption, address }: MediaProfile, key: Buffer): string {
  const place = address.caller ?? nobody;
  const connection = `IN ${isIPv6(place) ? 'IP6' : 'IP4'} ${place}`;
  const types = codecs.caller.map((codec) => payloadTypes[codec]);
  const crypto = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key.toString('base64')}`;
  return [
    'v=0',
    `o=- 1 1 ${connection}`,
    's=-',
    `c=${connection}`,
    't=0 0',
    `m=audio ${discardPort} ${encryption.caller === 'sdes' ? 'RTP/SAVP' : 'RTP/AVP'} ${[...types, telephoneEvent].join(' ')}`,
    ...codecs.caller.map((codec) => `a=rtpmap:${payloadTypes[codec]} ${codec}/8000`),
    `a=rtpmap:${telephoneEvent} telephone-event/8000`,
    `a=fmtp:${telephoneEvent} 0-16`,
    'a=ptime:20',
    ...(encryption.caller === 'no' ? [] : [crypto]),
    'a=sendrecv',
    '',
  ].join('\r\n');
}

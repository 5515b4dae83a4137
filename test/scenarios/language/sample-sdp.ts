export interface SampleMedia {
  readonly port?: number;
  /** RTP payload types with their rtpmap: `0 PCMU/8000`. */
  readonly formats?: readonly string[];
  /** SRTP with a key by SDES (RFC 4568). */
  readonly secure?: boolean;
  readonly direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
}

export const pcmu = '0 PCMU/8000';
export const pcma = '8 PCMA/8000';
export const g722 = '9 G722/8000';
export const g729 = '18 G729/8000';
export const telephoneEvent = '101 telephone-event/8000';

const key = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** A session description (RFC 8866) with one audio stream at this address. */
export function sampleSdp(address: string, media: SampleMedia = {}): string {
  const { port = 40_000, formats = [pcmu, pcma, telephoneEvent], secure = false, direction = 'sendrecv' } = media;
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${port} ${secure ? 'RTP/SAVP' : 'RTP/AVP'} ${formats.map((format) => format.split(' ')[0]).join(' ')}`,
    ...formats.map((format) => `a=rtpmap:${format}`),
    ...(secure ? [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`] : []),
    `a=${direction}`,
    '',
  ].join('\r\n');
}

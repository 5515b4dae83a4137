import type { MediaEncryption } from '@trunkline/contracts/trunk';
import { audioOf, parseSdp, type SdpFormat } from '@trunkline/sip/sdp';

export interface Relaying {
  /** The relay's own place for this side. */
  readonly address: string;
  readonly port: number;
  readonly protection: MediaEncryption;
  /** Encodings to keep, in this order; null keeps all as they are. */
  readonly encodings: readonly string[] | null;
}

const g711 = (payload_type: number, name: string): SdpFormat[] => [
  { payload_type, encoding: { name, clock_rate: 8_000, channels: 1 } },
];
/** What the relay can make of the other one. */
const transcoded: Readonly<Record<string, readonly SdpFormat[]>> = { PCMU: g711(0, 'PCMU'), PCMA: g711(8, 'PCMA') };

/** The description as the other side sees it: the relay's address and profile, and no codec that is not wanted. */
export function relayedSdp(sdp: string, { address, port, protection, encodings }: Relaying): string | null {
  const parsed = parseSdp(sdp);
  const audio = parsed.ok ? audioOf(parsed.value) : undefined;
  if (audio === undefined) return null;
  const wanted = encodings ?? audio.formats.map(({ encoding }) => encoding?.name ?? '');
  const kept = [...new Set(wanted)].flatMap((name) => {
    const offered = audio.formats.filter(({ encoding }) => encoding?.name === name);
    return offered.length > 0 || encodings === null ? offered : (transcoded[name] ?? []);
  });
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${port} ${protection === 'sdes' ? 'RTP/SAVP' : 'RTP/AVP'} ${kept.map(({ payload_type }) => payload_type).join(' ')}`,
    ...kept.map(
      ({ payload_type, encoding }) =>
        `a=rtpmap:${payload_type} ${encodingName(encoding?.name)}/${encoding?.clock_rate}`,
    ),
    ...(protection === 'no'
      ? []
      : ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB']),
    `a=${audio.direction}`,
    '',
  ].join('\r\n');
}

function encodingName(name: string | undefined): string {
  return name === 'TELEPHONE-EVENT' ? 'telephone-event' : (name ?? '');
}

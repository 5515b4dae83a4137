import { malformed, type Parsed, parsed } from './parsed.ts';
import { type Encoding, staticPayloadTypes } from './sdp-payload-types.ts';

/** RFC 8866 §6.7. */
export type SdpDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface SdpFormat {
  readonly payload_type: number;
  /** Null for a dynamic payload type without rtpmap: nobody can know what it is. */
  readonly encoding: Encoding | null;
}

/** One m= section: what admission and the call decide on, and no more. */
export interface SdpMedia {
  /** `audio`, `video`, `image` … in lower case. */
  readonly kind: string;
  /** 0: the stream is refused or not used (RFC 3264 §6). */
  readonly port: number;
  /** As written, in upper case: `RTP/AVP`, `RTP/SAVP`, `UDP/TLS/RTP/SAVPF` … */
  readonly protocol: string;
  /** The profile is a secure one (RFC 3711 §12, RFC 5124). */
  readonly secure_profile: boolean;
  /** At least one a=crypto line (RFC 4568). With an `AVP` profile this is opportunistic (RFC 8643). */
  readonly has_crypto: boolean;
  /** At least one a=fingerprint line (RFC 5763): DTLS. */
  readonly has_fingerprint: boolean;
  readonly direction: SdpDirection;
  /** Address of the c= line that applies; null when there is none. */
  readonly address: string | null;
  /** In order of preference. Empty when the protocol is not RTP. */
  readonly formats: readonly SdpFormat[];
}

export interface SessionDescription {
  readonly media: readonly SdpMedia[];
}

/** Bounds against descriptions that are meant to cost; a telephone call needs two sections and a dozen formats. */
const maxLines = 2_000;
const maxMedia = 32;
const maxFormats = 64;

const directions = new Set<string>(['sendrecv', 'sendonly', 'recvonly', 'inactive'] satisfies SdpDirection[]);

interface Section {
  readonly media: { kind: string; port: number; protocol: string; formats: string[] };
  readonly rtpmaps: Map<number, Encoding>;
  has_crypto: boolean;
  has_fingerprint: boolean;
  direction: SdpDirection;
  address: string | null;
}

/** Reads the part of RFC 8866 that calls turn on. Lines that we do not decide on may hold anything. */
export function parseSdp(body: string): Parsed<SessionDescription> {
  const lines = body.split(/\r?\n/);
  if (lines.length > maxLines) return malformed('too many lines');
  if (lines[0]?.trim() !== 'v=0') return malformed('no v=0 in the first line');
  let direction: SdpDirection = 'sendrecv';
  let address: string | null = null;
  const sections: Section[] = [];
  for (const line of lines) {
    if (line === '') continue;
    if (!/^[a-z]=/.test(line)) return malformed('a line without type');
    const section = sections.at(-1);
    const value = line.slice(2).trim();
    if (line.startsWith('m=')) {
      const media = parseMediaLine(value);
      if (media === undefined || sections.length >= maxMedia) return malformed('an m= line that cannot be read');
      sections.push({ media, rtpmaps: new Map(), has_crypto: false, has_fingerprint: false, direction, address });
    } else if (line.startsWith('c=')) {
      const connection = /^IN IP[46] ([^\s/]+)/.exec(value)?.[1] ?? null;
      if (section === undefined) address = connection;
      else section.address = connection;
    } else if (line.startsWith('a=')) {
      // RFC 8866 §6.7: a direction above the first m= line is the default of all sections.
      if (section === undefined) direction = directions.has(value) ? (value as SdpDirection) : direction;
      else readAttribute(section, value);
    }
  }
  return parsed({ media: sections.map(finish) });
}

/** The audio stream that a call is about: the first that is not refused. */
export function audioOf(description: SessionDescription): SdpMedia | undefined {
  return description.media.find(({ kind, port }) => kind === 'audio' && port !== 0);
}

/** RFC 8866 §5.14: `<media> <port>[/<count>] <proto> <fmt> …` */
function parseMediaLine(value: string): Section['media'] | undefined {
  const [kind, port, protocol, ...formats] = value.split(/\s+/);
  const number = /^(\d{1,5})(?:\/\d{1,5})?$/.exec(port ?? '')?.[1];
  if (kind === undefined || number === undefined || Number(number) > 65_535) return undefined;
  if (protocol === undefined || formats.length === 0 || formats.length > maxFormats) return undefined;
  return { kind: kind.toLowerCase(), port: Number(number), protocol: protocol.toUpperCase(), formats };
}

function readAttribute(section: Section, value: string): void {
  if (directions.has(value)) section.direction = value as SdpDirection;
  else if (value.startsWith('crypto:')) section.has_crypto = true;
  else if (value.startsWith('fingerprint:')) section.has_fingerprint = true;
  else if (value.startsWith('rtpmap:')) {
    const [, type, name, rate, channels] = /^rtpmap:(\d{1,3}) +([^/\s]+)\/(\d{1,6})(?:\/(\d{1,2}))?/.exec(value) ?? [];
    if (type === undefined || name === undefined || section.rtpmaps.size >= maxFormats) return;
    const encoding = { name: name.toUpperCase(), clock_rate: Number(rate), channels: Number(channels ?? 1) };
    section.rtpmaps.set(Number(type), encoding);
  }
}

function finish({ media, rtpmaps, ...read }: Section): SdpMedia {
  const { kind, port, protocol } = media;
  const isRtp = /(?:^|\/)RTP\/S?AVPF?$/.test(protocol);
  const formats = isRtp
    ? media.formats.filter((format) => /^\d{1,3}$/.test(format) && Number(format) < 128).map(Number)
    : [];
  return {
    kind,
    port,
    protocol,
    secure_profile: /RTP\/SAVPF?$/.test(protocol),
    ...read,
    formats: formats.map((payload_type) => ({
      payload_type,
      encoding: rtpmaps.get(payload_type) ?? staticPayloadTypes.get(payload_type) ?? null,
    })),
  };
}

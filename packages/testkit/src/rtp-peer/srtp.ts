import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto';

interface Suite {
  /** Octets of the master key. */
  readonly key: 16 | 32;
  /** Octets of the authentication tag. */
  readonly tag: 10 | 4;
}

/** RFC 4568 §6.2 and RFC 6188 §4: the suites that a telephone may be asked for. */
export const srtpSuites = {
  AES_CM_128_HMAC_SHA1_80: { key: 16, tag: 10 },
  AES_CM_128_HMAC_SHA1_32: { key: 16, tag: 4 },
  AES_256_CM_HMAC_SHA1_80: { key: 32, tag: 10 },
  AES_256_CM_HMAC_SHA1_32: { key: 32, tag: 4 },
} as const satisfies Readonly<Record<string, Suite>>;
export type SrtpSuite = keyof typeof srtpSuites;

/** RFC 3711 §8.2: 112 bits. */
const saltLength = 14;
/** HMAC-SHA1. */
const authenticationKeyLength = 20;

export interface SessionKeys {
  readonly encryption: Buffer;
  readonly authentication: Buffer;
  readonly salt: Buffer;
}

/** One direction of an SRTP stream (RFC 3711), RTP only. */
export interface Srtp {
  protect(rtp: Buffer): Buffer;
  /** Undefined when the packet is not authentic. */
  unprotect(srtp: Buffer): Buffer | undefined;
}

/** Octets of key and salt together, as `inline:` has them in base64 (RFC 4568 §6.1). */
export function masterLength(suite: SrtpSuite): number {
  return srtpSuites[suite].key + saltLength;
}

/** AES in counter mode makes the key stream; its octets are the derived ones (RFC 3711 §4.3.3, RFC 6188 §3). */
function keyStream(key: Buffer, iv: Buffer, length: number): Buffer {
  return createCipheriv(key.length === 16 ? 'aes-128-ctr' : 'aes-256-ctr', key, iv).update(Buffer.alloc(length));
}

/** RFC 3711 §4.3.1 with a key derivation rate of zero: the label is XORed into the salt, 56 bits from its right end. */
export function deriveSessionKeys(master: Buffer): SessionKeys {
  const key = master.subarray(0, master.length - saltLength);
  const salt = master.subarray(master.length - saltLength);
  const derive = (label: number, length: number): Buffer => {
    const iv = Buffer.concat([salt, Buffer.alloc(2)]);
    iv.writeUInt8(iv.readUInt8(7) ^ label, 7);
    return keyStream(key, iv, length);
  };
  return {
    encryption: derive(0, key.length),
    authentication: derive(1, authenticationKeyLength),
    salt: derive(2, saltLength),
  };
}

/** `master` is key and salt. One object is for one direction: it counts the roll-overs of the sequence numbers it sees. */
export function createSrtp(suite: SrtpSuite, master: Buffer): Srtp {
  const { tag: tagLength } = srtpSuites[suite];
  const keys = deriveSessionKeys(master);
  const highest = new Map<number, number>();

  /** RFC 3711 §3.3.1: the 48-bit index nearest to the highest one so far. */
  function indexOf(ssrc: number, sequence: number): number {
    const last = highest.get(ssrc);
    if (last === undefined) return sequence;
    const rollOver = Math.floor(last / 0x10000);
    const candidates = [rollOver - 1, rollOver, rollOver + 1].filter((one) => one >= 0);
    return candidates
      .map((one) => one * 0x10000 + sequence)
      .reduce((best, one) => (Math.abs(one - last) < Math.abs(best - last) ? one : best));
  }

  /** RFC 3711 §4.1.1: salt, SSRC and index make the counter's start. */
  function crypt(header: number, packet: Buffer, index: number): Buffer {
    const iv = Buffer.concat([keys.salt, Buffer.alloc(2)]);
    const mask = Buffer.alloc(16);
    packet.copy(mask, 4, 8, 12);
    mask.writeUInt32BE(Math.floor(index / 0x10000), 8);
    mask.writeUInt16BE(index & 0xffff, 12);
    for (let at = 0; at < iv.length; at++) iv.writeUInt8(iv.readUInt8(at) ^ mask.readUInt8(at), at);
    const stream = keyStream(keys.encryption, iv, packet.length - header);
    const out = Buffer.from(packet);
    for (let at = header; at < packet.length; at++) {
      out.writeUInt8(packet.readUInt8(at) ^ stream.readUInt8(at - header), at);
    }
    return out;
  }

  function tagOf(packet: Buffer, index: number): Buffer {
    const rollOver = Buffer.alloc(4);
    rollOver.writeUInt32BE(Math.floor(index / 0x10000));
    return createHmac('sha1', keys.authentication).update(packet).update(rollOver).digest().subarray(0, tagLength);
  }

  function seen(ssrc: number, index: number): void {
    highest.set(ssrc, Math.max(index, highest.get(ssrc) ?? 0));
  }

  return {
    protect(rtp) {
      const ssrc = rtp.readUInt32BE(8);
      const index = indexOf(ssrc, rtp.readUInt16BE(2));
      seen(ssrc, index);
      const encrypted = crypt(headerLength(rtp), rtp, index);
      return Buffer.concat([encrypted, tagOf(encrypted, index)]);
    },
    unprotect(srtp) {
      const packet = srtp.subarray(0, Math.max(0, srtp.length - tagLength));
      if (packet.length < 12 || headerLength(packet) > packet.length) return undefined;
      const ssrc = packet.readUInt32BE(8);
      const index = indexOf(ssrc, packet.readUInt16BE(2));
      if (!timingSafeEqual(tagOf(packet, index), srtp.subarray(packet.length))) return undefined;
      seen(ssrc, index);
      return crypt(headerLength(packet), packet, index);
    },
  };
}

/** Fixed header, CSRCs, and an extension: they stay readable (RFC 3711 §3.1). */
function headerLength(packet: Buffer): number {
  const first = packet.readUInt8(0);
  const fixed = 12 + 4 * (first & 0x0f);
  if ((first & 0x10) === 0 || packet.length < fixed + 4) return fixed;
  return fixed + 4 + 4 * packet.readUInt16BE(fixed + 2);
}

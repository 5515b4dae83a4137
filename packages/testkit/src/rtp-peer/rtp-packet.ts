/** One packet of RFC 3550 §5.1, as far as audio peers use it. */
export interface RtpPacket {
  readonly payload_type: number;
  readonly marker: boolean;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, in samples. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

const headerLength = 12;

export function formatRtp(packet: RtpPacket): Buffer {
  const octets = Buffer.alloc(headerLength + packet.payload.length);
  octets[0] = 0x80;
  octets[1] = (packet.marker ? 0x80 : 0) | packet.payload_type;
  octets.writeUInt16BE(packet.sequence & 0xffff, 2);
  octets.writeUInt32BE(packet.timestamp >>> 0, 4);
  octets.writeUInt32BE(packet.ssrc >>> 0, 8);
  octets.set(packet.payload, headerLength);
  return octets;
}

/** Undefined when the octets are not an RTP packet of version 2. */
export function parseRtp(octets: Buffer): RtpPacket | undefined {
  if (octets.length < headerLength) return undefined;
  const first = octets.readUInt8(0);
  const second = octets.readUInt8(1);
  if (first >> 6 !== 2) return undefined;
  let start = headerLength + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (octets.length < start + 4) return undefined;
    start += 4 + 4 * octets.readUInt16BE(start + 2);
  }
  const padding = (first & 0x20) === 0 ? 0 : octets.readUInt8(octets.length - 1);
  if (octets.length - padding < start) return undefined;
  return {
    payload_type: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: octets.readUInt16BE(2),
    timestamp: octets.readUInt32BE(4),
    ssrc: octets.readUInt32BE(8),
    payload: octets.subarray(start, octets.length - padding),
  };
}

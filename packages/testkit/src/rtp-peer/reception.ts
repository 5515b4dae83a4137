import { decodeG711, type Law, payloadTypes } from './g711.ts';
import type { RtpPacket } from './rtp-packet.ts';
import { sampleRate_hz } from './tone.ts';

/** Audio kept for inspection, newest last. */
const maxSamplesKept = 20 * sampleRate_hz;

export interface ReceptionReport {
  readonly packets: number;
  /** Expected from the sequence numbers and not received (RFC 3550 §A.3). */
  readonly lost: number;
  readonly octets: number;
  readonly payload_types: readonly number[];
  /** Streams heard: more than one means that the far end changed. */
  readonly ssrcs: readonly number[];
  readonly samples: Int16Array;
}

/** Counts and keeps what one socket receives. */
export interface Reception {
  take(packet: RtpPacket): void;
  report(): ReceptionReport;
}

interface Stream {
  first: number;
  /** Highest sequence number, with wraps counted (RFC 3550 §A.1). */
  highest: number;
  received: number;
}

const lawByPayloadType = new Map<number, Law>([
  [payloadTypes.PCMU, 'PCMU'],
  [payloadTypes.PCMA, 'PCMA'],
]);

function follow(stream: Stream, sequence: number): void {
  const ahead = (sequence - (stream.highest & 0xffff)) & 0xffff;
  if (ahead < 0x8000) stream.highest += ahead;
  stream.received++;
}

export function createReception(): Reception {
  const streams = new Map<number, Stream>();
  const types = new Set<number>();
  const samples = new Int16Array(maxSamplesKept);
  let written = 0;
  let packets = 0;
  let octets = 0;

  function keep(decoded: Int16Array): void {
    for (const sample of decoded) samples[written++ % maxSamplesKept] = sample;
  }

  function inOrder(): Int16Array {
    if (written <= maxSamplesKept) return samples.slice(0, written);
    const oldest = written % maxSamplesKept;
    const ordered = new Int16Array(maxSamplesKept);
    ordered.set(samples.subarray(oldest));
    ordered.set(samples.subarray(0, oldest), maxSamplesKept - oldest);
    return ordered;
  }

  return {
    take(packet) {
      packets++;
      octets += packet.payload.length;
      types.add(packet.payload_type);
      const stream = streams.get(packet.ssrc);
      if (stream) follow(stream, packet.sequence);
      else streams.set(packet.ssrc, { first: packet.sequence, highest: packet.sequence, received: 1 });
      const law = lawByPayloadType.get(packet.payload_type);
      if (law) keep(decodeG711(law, packet.payload));
    },
    report() {
      const lost = [...streams.values()].reduce(
        (sum, { first, highest, received }) => sum + Math.max(0, highest - first + 1 - received),
        0,
      );
      return { packets, lost, octets, payload_types: [...types], ssrcs: [...streams.keys()], samples: inOrder() };
    },
  };
}

/**
 * ITU-T G.711 between 16-bit linear samples and one octet a sample, both laws. Samples are at 8 kHz; silence is
 * {@link silenceOctet}.
 */
export type Law = 'PCMU' | 'PCMA';

/** RFC 3551 §6, static payload types. */
export const payloadTypes: Readonly<Record<Law, number>> = { PCMU: 0, PCMA: 8 };
export const silenceOctet: Readonly<Record<Law, number>> = { PCMU: 0xff, PCMA: 0xd5 };

const muBias = 0x84;
const muClip = 32_635;

function segmentOf(magnitude: number, lowestBit: number): number {
  let segment = 0;
  for (let rest = magnitude >> lowestBit; rest > 1 && segment < 7; rest >>= 1) segment++;
  return segment;
}

function encodeMu(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), muClip) + muBias;
  const segment = segmentOf(magnitude, 7);
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff;
}

function decodeMu(octet: number): number {
  const bits = ~octet & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + muBias) << ((bits >> 4) & 7)) - muBias;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

function encodeA(sample: number): number {
  // 13 bits: A-law has no room for the lowest three. One's complement keeps the two halves symmetric.
  const linear = sample >> 3;
  const sign = linear >= 0 ? 0x80 : 0;
  const magnitude = linear >= 0 ? linear : ~linear;
  const segment = magnitude < 32 ? 0 : segmentOf(magnitude, 4);
  const mantissa = (segment < 2 ? magnitude >> 1 : magnitude >> segment) & 0x0f;
  return (sign | (segment << 4) | mantissa) ^ 0x55;
}

function decodeA(octet: number): number {
  const bits = octet ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}

const encoders = { PCMU: encodeMu, PCMA: encodeA } as const;
const decoders = { PCMU: decodeMu, PCMA: decodeA } as const;

export function encodeG711(law: Law, samples: Int16Array): Uint8Array {
  return Uint8Array.from(samples, encoders[law]);
}

export function decodeG711(law: Law, octets: Uint8Array): Int16Array {
  return Int16Array.from(octets, decoders[law]);
}

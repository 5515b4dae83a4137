import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711, type Law, silenceOctet } from './g711.ts';

const allOctets = Uint8Array.from({ length: 256 }, (_, octet) => octet);

describe.each<Law>(['PCMU', 'PCMA'])('%s', (law) => {
  it('gives every octet back after decoding', () => {
    const again = encodeG711(law, decodeG711(law, allOctets));
    // Mu-law has two zeros; the negative one comes back as the positive one.
    const expected = allOctets.map((octet) => (law === 'PCMU' && octet === 0x7f ? 0xff : octet));
    expect([...again]).toEqual([...expected]);
  });

  it('is within a sixteenth of the sample, or half its smallest step', () => {
    for (let sample = -32_768; sample <= 32_767; sample += 7) {
      const [back = Number.NaN] = decodeG711(law, encodeG711(law, Int16Array.of(sample)));
      expect(Math.abs(back - sample)).toBeLessThanOrEqual(Math.max(16, Math.abs(sample) / 16));
    }
  });

  it('rises with the sample', () => {
    let before = -Infinity;
    for (let sample = -32_768; sample <= 32_767; sample += 13) {
      const [back = Number.NaN] = decodeG711(law, encodeG711(law, Int16Array.of(sample)));
      expect(back).toBeGreaterThanOrEqual(before);
      before = back;
    }
  });

  it('encodes zero as its silence octet', () => {
    expect([...encodeG711(law, Int16Array.of(0))]).toEqual([silenceOctet[law]]);
  });
});

it.each<[Law, number, number]>([
  // ITU-T G.711, tables 1 and 2: the largest values of each sign.
  ['PCMU', 32_767, 0x80],
  ['PCMU', -32_768, 0x00],
  ['PCMA', 32_767, 0xaa],
  ['PCMA', -32_768, 0x2a],
])('%s encodes %i as the end of its scale', (law, sample, octet) => {
  expect([...encodeG711(law, Int16Array.of(sample))]).toEqual([octet]);
});

it('decodes the ends of the two scales apart', () => {
  expect([...decodeG711('PCMU', Uint8Array.of(0x80, 0x00))]).toEqual([32_124, -32_124]);
  expect([...decodeG711('PCMA', Uint8Array.of(0xaa, 0x2a))]).toEqual([32_256, -32_256]);
});

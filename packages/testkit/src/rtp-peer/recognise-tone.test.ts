import { expect, it } from 'vitest';
import { decodeG711, encodeG711, type Law } from './g711.ts';
import { amplitudeAt } from './goertzel.ts';
import { recogniseTone } from './recognise-tone.ts';
import { toneSamples } from './tone.ts';

const candidates_hz = [440, 1_000, 1_750];

it.each<Law>(['PCMU', 'PCMA'])('hears the tone that was sent in %s, at its amplitude', (law) => {
  for (const frequency_hz of candidates_hz) {
    const sent = toneSamples({ frequency_hz, amplitude: 8_000 }, 0, 8_000);
    const heard = recogniseTone(candidates_hz, decodeG711(law, encodeG711(law, sent)));
    expect(heard?.frequency_hz).toBe(frequency_hz);
    expect(Math.abs((heard?.amplitude ?? 0) - 8_000)).toBeLessThan(200);
  }
});

it('hears nothing in silence, in noise, in a tone nobody asked for, or in no samples', () => {
  let state = 12_345;
  const noise = Int16Array.from({ length: 8_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state >> 12) % 8_000;
  });
  const other = toneSamples({ frequency_hz: 620, amplitude: 8_000 }, 0, 8_000);
  for (const samples of [new Int16Array(8_000), noise, other, new Int16Array(0)]) {
    expect(recogniseTone(candidates_hz, samples)).toBeUndefined();
  }
});

it('does not take a stream with a fifth of its packets missing for a pure tone', () => {
  const packets = Array.from({ length: 50 }, (_, index) =>
    toneSamples({ frequency_hz: 440, amplitude: 8_000 }, index * 160, 160),
  ).filter((_, index) => index % 5 !== 0);
  const joined = Int16Array.from(packets.flatMap((packet) => [...packet]));
  expect(amplitudeAt(440, joined)).toBeLessThan(8_000 * 0.9);
});

it('continues a tone over blocks without a step', () => {
  const tone = { frequency_hz: 440, amplitude: 8_000 };
  const whole = toneSamples(tone, 0, 320);
  expect([...toneSamples(tone, 0, 160), ...toneSamples(tone, 160, 160)]).toEqual([...whole]);
});

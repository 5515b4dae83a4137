import { sampleRate_hz } from './tone.ts';

/** Peak amplitude of one frequency in the samples, in sample steps (Goertzel's algorithm, one pass). */
export function amplitudeAt(frequency_hz: number, samples: Int16Array): number {
  if (samples.length === 0) return 0;
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency_hz) / sampleRate_hz);
  let last = 0;
  let beforeLast = 0;
  for (const sample of samples) {
    const next = sample + coefficient * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

/** Peak amplitude that a pure tone of the samples' energy would have. */
export function amplitudeOfAll(samples: Int16Array): number {
  if (samples.length === 0) return 0;
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return Math.sqrt((2 * energy) / samples.length);
}

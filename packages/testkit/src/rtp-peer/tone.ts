export const sampleRate_hz = 8_000;

export interface Tone {
  readonly frequency_hz: number;
  /** Peak, in 16-bit sample steps. */
  readonly amplitude: number;
}

/** The `count` samples from sample number `first` on: successive blocks join without a click. */
export function toneSamples(tone: Tone, first: number, count: number): Int16Array {
  const step = (2 * Math.PI * tone.frequency_hz) / sampleRate_hz;
  return Int16Array.from({ length: count }, (_, index) =>
    Math.round(tone.amplitude * Math.sin(step * (first + index))),
  );
}

import { amplitudeAt, amplitudeOfAll } from './goertzel.ts';

export interface HeardTone {
  readonly frequency_hz: number;
  readonly amplitude: number;
  /** Share of the whole signal's amplitude that the tone makes up: 1 is a pure tone. */
  readonly purity: number;
}

/** Quieter than this is silence or noise of the codec. */
const audible = 200;
const pureEnough = 0.9;

/** The one of `candidates_hz` that the samples consist of; undefined when they are silent or something else. */
export function recogniseTone(candidates_hz: readonly number[], samples: Int16Array): HeardTone | undefined {
  const whole = amplitudeOfAll(samples);
  if (whole < audible) return undefined;
  return candidates_hz
    .map((frequency_hz): HeardTone => {
      const amplitude = amplitudeAt(frequency_hz, samples);
      return { frequency_hz, amplitude, purity: amplitude / whole };
    })
    .filter(({ purity }) => purity >= pureEnough)
    .sort((one, other) => other.purity - one.purity)[0];
}

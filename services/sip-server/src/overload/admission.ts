/** What was measured in one interval. */
export interface Load {
  /** How long the application takes for what it answers at once, milliseconds; its queue is this long. */
  readonly application_delay_ms: number;
  /** Bytes that applications have not taken yet. */
  readonly waiting_bytes: number;
  /** How late our own timers are, milliseconds. */
  readonly loop_delay_ms: number;
  /** Share of the interval in which the event loop was at work, 0 to 1. */
  readonly loop_use: number;
  /** New INVITEs that were admitted, and that asked. */
  readonly admitted: number;
  readonly asked: number;
}

/** Up to `low` is calm, from `high` on too much; in between nothing changes, so that the decision does not flutter. */
export interface AdmissionLimits {
  readonly application_delay_ms: Band;
  readonly waiting_bytes: Band;
  readonly loop_delay_ms: Band;
  readonly loop_use: Band;
}

export interface Band {
  readonly low: number;
  readonly high: number;
}

/** A queue of `high` is still shorter than T1, so that what is in it is not sent again. */
export const ADMISSION_LIMITS: AdmissionLimits = {
  application_delay_ms: { low: 100, high: 250 },
  waiting_bytes: { low: 131_072, high: 1_048_576 },
  loop_delay_ms: { low: 100, high: 250 },
  loop_use: { low: 0.92, high: 0.98 },
};

export interface Admission {
  /** New INVITEs that the next interval may admit; `undefined`: all. */
  readonly allowance: number | undefined;
  /** Intervals for which nothing is cut: a pause of the machine may pass by itself, and the last cut has to show what it does. */
  readonly hold: number;
}

/** Far above `high` the queue has to be got rid of first. */
const SEVERE = 2;
const CUT = 0.75;
const SEVERE_CUT = 0.5;
const GROWTH = 1.05;
const HOLD = 3;

export const ADMIT_ALL: Admission = { allowance: undefined, hold: HOLD };

/** Something must go through, or it never shows that there is room again. */
const LEAST = 1;
/** No limit once this share of it is not asked for. */
const IDLE_SHARE = 0.8;

type Pressure = 'calm' | 'steady' | 'high' | 'severe';

/**
 * How many new INVITEs may come in the next interval: fewer while there is too much to do, some more when it is calm again
 * (RFC 7339 §5 leaves the algorithm to the server). Pure.
 */
export function nextAdmission(
  { allowance, hold }: Admission,
  load: Load,
  limits: AdmissionLimits = ADMISSION_LIMITS,
): Admission {
  const pressure = pressureOf(load, limits);
  if (pressure === 'high' || pressure === 'severe') {
    if (hold > 0) return { allowance, hold: hold - 1 };
    const now = allowance === undefined ? load.admitted : Math.min(allowance, load.admitted);
    return { allowance: Math.max(LEAST, now * (pressure === 'high' ? CUT : SEVERE_CUT)), hold: HOLD };
  }
  if (allowance === undefined) return ADMIT_ALL;
  if (pressure === 'steady') return { allowance, hold: 0 };
  if (load.asked < allowance * IDLE_SHARE) return ADMIT_ALL;
  return { allowance: allowance * GROWTH + 0.5, hold: 0 };
}

export function pressureOf(load: Load, limits: AdmissionLimits = ADMISSION_LIMITS): Pressure {
  let pressure: Pressure = 'calm';
  for (const name of ['application_delay_ms', 'waiting_bytes', 'loop_delay_ms', 'loop_use'] as const) {
    const value = load[name];
    const { low, high } = limits[name];
    if (value >= high * SEVERE) return 'severe';
    if (value >= high) pressure = 'high';
    else if (value > low && pressure === 'calm') pressure = 'steady';
  }
  return pressure;
}

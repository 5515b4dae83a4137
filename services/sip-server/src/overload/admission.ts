/** What was measured in one interval of what one application has to do, and of what the server itself has. */
export interface Load {
  /** How long the application takes for what it answers at once, milliseconds; its queue is this long. */
  readonly application_delay_ms: number;
  /** Bytes that the application has not taken yet. */
  readonly waiting_bytes: number;
  /** How late our own timers are, milliseconds. */
  readonly loop_delay_ms: number;
  /** How long what belongs to calls waits in the kernel until it is read, milliseconds: our own queue. */
  readonly backlog_ms: number;
  /** New INVITEs that it was given, and those that it and others were refused. */
  readonly admitted: number;
  readonly asked: number;
  /** INVITEs that it has got to. */
  readonly reached: number;
}

/** Up to `low` is calm, from `high` on too much; in between nothing changes, so that the decision does not flutter. */
export interface AdmissionLimits {
  readonly application_delay_ms: Band;
  readonly waiting_bytes: Band;
  readonly loop_delay_ms: Band;
  readonly backlog_ms: Band;
}

export interface Band {
  readonly low: number;
  readonly high: number;
}

/** A queue of `high` is still shorter than T1, so that what is in it is not sent again. */
export const ADMISSION_LIMITS: AdmissionLimits = {
  application_delay_ms: { low: 80, high: 200 },
  waiting_bytes: { low: 131_072, high: 1_048_576 },
  loop_delay_ms: { low: 150, high: 400 },
  backlog_ms: { low: 80, high: 200 },
};

export interface Admission {
  /** New INVITEs that the next interval may admit; `undefined`: all. */
  readonly allowance: number | undefined;
  /** Intervals for which nothing is cut: a pause of the machine may pass by itself, and the last cut has to show what it does. */
  readonly hold: number;
  /** INVITEs that the application has lately got to in an interval. */
  readonly carried: number;
  /** The allowance before the last cut: it was too much then. */
  readonly ceiling: number;
}

/** Far above `high` the queue has to be got rid of first. */
const SEVERE = 2;
const CUT = 0.8;
const SEVERE_CUT = 0.5;
/** Near what was too much the last time it grows slowly; well below that, and when that has turned out to be history, fast. */
const GROWTH = 1.05;
const FAST_GROWTH = 1.25;
const NEAR = { from: 0.8, to: 1.2 } as const;
const HOLD = 3;
/** Of the number that an application got to in the last interval. */
const SMOOTHING = 0.2;

export const ADMIT_ALL: Admission = { allowance: undefined, hold: HOLD, carried: 0, ceiling: 0 };

/** Something must go through, or it never shows that there is room again. */
const LEAST = 1;
/** No limit once this share of it is not asked for. */
const IDLE_SHARE = 0.8;

type Pressure = 'calm' | 'steady' | 'high' | 'severe';

/**
 * How many new INVITEs an application may be given in the next interval: fewer while there is too much to do, some more when
 * it is calm again (RFC 7339 §5 leaves the algorithm to the server). The first cut begins at what the application has lately
 * got to, which is what it can carry, and not at what came. Pure.
 */
export function nextAdmission(before: Admission, load: Load, limits: AdmissionLimits = ADMISSION_LIMITS): Admission {
  const { allowance, hold } = before;
  const carried = before.carried + (load.reached - before.carried) * SMOOTHING;
  const pressure = pressureOf(load, limits);
  if (pressure === 'high' || pressure === 'severe') {
    if (hold > 0) return { ...before, carried, hold: hold - 1 };
    const now = allowance ?? carried;
    const cut = pressure === 'high' ? CUT : SEVERE_CUT;
    return { allowance: Math.max(LEAST, now * cut), hold: HOLD, carried, ceiling: now };
  }
  if (allowance === undefined) return { ...ADMIT_ALL, carried };
  if (pressure === 'steady') return { ...before, carried, hold: 0 };
  if (load.asked < allowance * IDLE_SHARE) return { ...ADMIT_ALL, carried };
  const near = allowance >= before.ceiling * NEAR.from && allowance <= before.ceiling * NEAR.to;
  const growth = near ? GROWTH : FAST_GROWTH;
  return { ...before, allowance: allowance * growth + 0.5, hold: 0, carried };
}

export function pressureOf(load: Load, limits: AdmissionLimits = ADMISSION_LIMITS): Pressure {
  let pressure: Pressure = 'calm';
  for (const name of ['application_delay_ms', 'waiting_bytes', 'loop_delay_ms', 'backlog_ms'] as const) {
    const value = load[name];
    const { low, high } = limits[name];
    if (value >= high * SEVERE) return 'severe';
    if (value >= high) pressure = 'high';
    else if (value > low && pressure === 'calm') pressure = 'steady';
  }
  return pressure;
}

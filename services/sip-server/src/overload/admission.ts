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

export interface Admission {
  /** New INVITEs that the next interval may admit; `undefined`: all. */
  readonly allowance: number | undefined;
  /** INVITEs that the application gets to in an interval when it always has some: as much as it can carry. */
  readonly carried: number;
  /** Intervals for which nothing is limited yet although there is too much to do: a pause of the machine may pass by itself. */
  readonly patience: number;
}

const PATIENCE = 1;

export const ADMIT_ALL: Admission = { allowance: undefined, carried: 0, patience: PATIENCE };

/** The queue of an application, milliseconds: up to `calm` is none, from `high` on too much, still shorter than T1. */
const CALM_MS = 80;
const HIGH_MS = 200;
/** A queue that is too long is to be gone after this, milliseconds. */
const DRAIN_MS = 800;
/** So much in the socket counts as a queue of `HIGH_MS`. */
const HIGH_BYTES = 1_048_576;
/** Our own queue, or a pause of ours: more INVITEs would not help. What there is, `Intake` begins when it can. */
const OWN_CALM_MS = 80;
/** Shares of what is carried: while a queue drains, and when it is gone. */
const LEAST_SHARE = 0.1;
const MOST_SHARE = 0.95;
/** Each interval, when it is calm: there may be more room than was thought, and the more so without any queue. */
const GROWTH = 1.05;
const FAST_GROWTH = 1.25;
const NO_QUEUE_MS = 20;
/** Something must go through, or it never shows that there is room again. */
const LEAST = 1;
/** No limit once this share of it is not asked for. */
const IDLE_SHARE = 0.8;
/** Of the number that an application got to in the last interval. */
const SMOOTHING = 0.2;

/**
 * How many new INVITEs an application may be given in the next interval (RFC 7339 §5 leaves the algorithm to the server). While
 * its queue is too long, for more than a moment, as many less than it carries as make the queue go away; then what it carries, and a little more each
 * time, until fewer ask than may. What it carries shows while it has a queue: without one, it gets to all that comes. Pure.
 */
export function nextAdmission({ allowance, carried: before, patience }: Admission, load: Load): Admission {
  const queue_ms = Math.max(load.application_delay_ms, (load.waiting_bytes / HIGH_BYTES) * HIGH_MS);
  const carried = nextCarried(before, load.reached, queue_ms > CALM_MS);
  if (queue_ms >= HIGH_MS && patience > 0) return { allowance, carried, patience: patience - 1 };
  if (queue_ms >= HIGH_MS) {
    const share = Math.min(MOST_SHARE, Math.max(LEAST_SHARE, 1 - (queue_ms - CALM_MS) / DRAIN_MS));
    return { allowance: Math.max(LEAST, carried * share), carried, patience };
  }
  if (allowance === undefined) return { allowance, carried, patience: PATIENCE };
  const isOwnQueue = load.backlog_ms > OWN_CALM_MS || load.loop_delay_ms > OWN_CALM_MS;
  if (queue_ms > CALM_MS || isOwnQueue) return { allowance, carried, patience };
  if (load.asked < allowance * IDLE_SHARE) return { allowance: undefined, carried, patience: PATIENCE };
  const growth = queue_ms > NO_QUEUE_MS || load.backlog_ms > NO_QUEUE_MS ? GROWTH : FAST_GROWTH;
  return { allowance: Math.max(allowance * growth + 0.5, carried * MOST_SHARE), carried, patience };
}

function nextCarried(before: number, reached: number, busy: boolean): number {
  const smoothed = before === 0 ? reached : before + (reached - before) * SMOOTHING;
  return busy ? smoothed : Math.max(before, smoothed);
}

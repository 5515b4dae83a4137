/** RFC 3261 Table 4, in milliseconds. */
export interface TimerSettings {
  /** Round-trip estimate. */
  readonly t1_ms: number;
  /** Longest interval between retransmissions of non-INVITE requests and INVITE responses. */
  readonly t2_ms: number;
  /** How long a message may stay in the network. */
  readonly t4_ms: number;
}

export const DEFAULT_TIMERS: TimerSettings = { t1_ms: 500, t2_ms: 4_000, t4_ms: 5_000 };

/** The timers of RFC 3261 §17 and RFC 6026 over one kind of transport, in milliseconds; 0 fires at once. */
export interface TimerDurations {
  /** First A, E and G; `undefined` where nothing is retransmitted. */
  readonly retransmit: number | undefined;
  /** E and G grow no longer than this; A doubles on. */
  readonly retransmit_most: number;
  /** B, F and H: 64*T1. */
  readonly give_up: number;
  readonly d: number;
  readonly i: number;
  readonly j: number;
  readonly k: number;
  /** L and M of RFC 6026. */
  readonly accepted: number;
}

export function timerDurations({ t1_ms, t2_ms, t4_ms }: TimerSettings, reliable: boolean): TimerDurations {
  const all = 64 * t1_ms;
  return {
    retransmit: reliable ? undefined : t1_ms,
    retransmit_most: t2_ms,
    give_up: all,
    // RFC 3261 §17.1.1.2: at least 32 seconds for unreliable transports, which is 64*T1 with the default T1.
    d: reliable ? 0 : all,
    i: reliable ? 0 : t4_ms,
    j: reliable ? 0 : all,
    k: reliable ? 0 : t4_ms,
    accepted: all,
  };
}

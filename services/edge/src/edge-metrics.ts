import type { CallRecord } from '@trunkline/contracts/call-record';
import type { Metrics } from '@trunkline/runtime/metrics';

export interface EdgeMetrics {
  ended(record: CallRecord): void;
  impossible(phase: string, event: string): void;
}

export interface MediaNodeUse {
  readonly name: string;
  readonly isUp: boolean;
  /** Calls on it. */
  readonly load: number;
}

/** Seconds; most carriers ring within the first three. */
const postDialDelayBuckets_s = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 15, 30];

export function createEdgeMetrics(
  metrics: Metrics,
  read: {
    readonly calls: () => number;
    readonly challenges: () => number;
    readonly mediaNodes: () => readonly MediaNodeUse[];
  },
): EdgeMetrics {
  const attempts = metrics.counter({
    name: 'trunkline_attempts_total',
    help: 'INVITEs by direction, outcome and cause',
    labels: ['direction', 'outcome', 'cause'],
  });
  const impossible = metrics.counter({
    name: 'trunkline_impossible_events_total',
    help: 'Events that the call table calls impossible: bugs',
    labels: ['phase', 'event'],
  });
  const postDialDelay = metrics.histogram({
    name: 'trunkline_post_dial_delay_seconds',
    help: 'From the INVITE in to the first ringing or answer',
    buckets: postDialDelayBuckets_s,
  });
  metrics.gauge({ name: 'trunkline_calls', help: 'Live calls', collect: (set) => set(read.calls()) });
  metrics.gauge({
    name: 'trunkline_challenges',
    help: 'Callers challenged and not yet back',
    collect: (set) => set(read.challenges()),
  });
  metrics.gauge({
    name: 'trunkline_media_node_up',
    help: 'Whether the rtpengine answers',
    labels: ['node'],
    collect: (set) => {
      for (const { name, isUp } of read.mediaNodes()) set(isUp ? 1 : 0, { node: name });
    },
  });
  metrics.gauge({
    name: 'trunkline_media_node_calls',
    help: 'Calls on the rtpengine',
    labels: ['node'],
    collect: (set) => {
      for (const { name, load } of read.mediaNodes()) set(load, { node: name });
    },
  });
  return {
    ended: ({ direction, outcome, cause, post_dial_delay_ms }) => {
      attempts.add(1, { direction, outcome, cause });
      if (post_dial_delay_ms !== null) postDialDelay.observe(post_dial_delay_ms / 1_000);
    },
    impossible: (phase, event) => impossible.add(1, { phase, event }),
  };
}

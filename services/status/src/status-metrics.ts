import type { CallRecord, Direction } from '@trunkline/contracts/call-record';
import type { Clock } from '@trunkline/runtime/clock';
import type { Metrics } from '@trunkline/runtime/metrics';
import type { View } from './view/view.ts';

/** What is counted while working; gauges of the view are read when asked for. No label has a value per number or account. */
export interface StatusMetrics {
  eventApplied(delay_ms: number): void;
  /** `sequence`: of the last message committed. `stored`: the records that were new. */
  recordsCommitted(sequence: number, stored: readonly CallRecord[]): void;
  eventUnreadable(count: number): void;
}

const delayBuckets_s = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60];
const durationBuckets_s = [1, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200];
const directions: readonly Direction[] = ['inbound', 'outbound', 'unknown'];

export function createStatusMetrics(parts: {
  readonly metrics: Metrics;
  readonly view: View;
  readonly clock: Clock;
  /** Sequence of the last message that the view has applied. */
  readonly seen: () => number;
}): StatusMetrics {
  const { metrics } = parts;
  let committed = 0;
  declareGauges({ ...parts, committed: () => committed });
  const attempts = metrics.counter({
    name: 'trunkline_status_attempts_total',
    help: 'Call attempts recorded, by how they ended',
    labels: ['direction', 'outcome', 'cause'],
  });
  const postDialDelay = metrics.histogram({
    name: 'trunkline_status_post_dial_delay_seconds',
    help: 'From the INVITE in to the first ringing or answer',
    labels: ['direction'],
    buckets: delayBuckets_s,
  });
  const duration = metrics.histogram({
    name: 'trunkline_status_call_duration_seconds',
    help: 'From answer to end, of answered calls',
    labels: ['direction'],
    buckets: durationBuckets_s,
  });
  const delay = metrics.histogram({
    name: 'trunkline_status_event_delay_seconds',
    help: 'From an event to its appearance in the view',
    buckets: delayBuckets_s,
  });
  const unreadable = metrics.counter({
    name: 'trunkline_status_unreadable_events_total',
    help: 'Messages of the stream that were set aside',
  });
  return {
    eventApplied: (delay_ms) => delay.observe(delay_ms / 1_000),
    eventUnreadable: (count) => unreadable.add(count),
    recordsCommitted(sequence, stored) {
      committed = sequence;
      for (const { direction, outcome, cause, post_dial_delay_ms, answered_at, duration_ms } of stored) {
        attempts.add(1, { direction, outcome, cause });
        if (post_dial_delay_ms !== null) postDialDelay.observe(post_dial_delay_ms / 1_000, { direction });
        if (answered_at !== null) duration.observe(duration_ms / 1_000, { direction });
      }
    },
  };
}

function declareGauges(parts: {
  readonly metrics: Metrics;
  readonly view: View;
  readonly clock: Clock;
  readonly seen: () => number;
  readonly committed: () => number;
}): void {
  const { metrics, view, clock } = parts;
  metrics.gauge({
    name: 'trunkline_status_calls_live',
    help: 'Calls that have not ended',
    labels: ['direction'],
    collect(set) {
      const counts = new Map(directions.map((direction) => [direction, 0]));
      for (const { facts } of view.calls.live()) {
        const direction = facts?.direction ?? 'unknown';
        counts.set(direction, (counts.get(direction) ?? 0) + 1);
      }
      for (const [direction, count] of counts) set(count, { direction });
    },
  });
  metrics.gauge({
    name: 'trunkline_status_records_behind',
    help: 'Messages that the view has applied and the database has not',
    collect: (set) => set(Math.max(0, parts.seen() - parts.committed())),
  });
  metrics.gauge({
    name: 'trunkline_status_edges_live',
    help: 'Edges whose heartbeat is fresh',
    collect: (set) => set(view.edges.live(clock.now()).length),
  });
  metrics.gauge({
    name: 'trunkline_status_trunks',
    help: 'Trunks that are configured',
    collect: (set) => set(view.trunks.trunkCount),
  });
  metrics.gauge({
    name: 'trunkline_status_live_calls_crowded_out',
    help: 'Live calls dropped from the view because there were too many',
    collect: (set) => set(view.calls.crowdedOut),
  });
}

import type { Metrics } from '@trunkline/runtime/metrics';
import type { MessageTrace } from './message-trace.ts';

export function declareTraceGauges(metrics: Metrics, trace: MessageTrace): void {
  metrics.gauge({
    name: 'trunkline_sip_trace_bytes',
    help: 'Memory that the newest messages of calls take.',
    collect: (set) => set(trace.held_bytes),
  });
  metrics.gauge({
    name: 'trunkline_sip_trace_window_seconds',
    help: 'Age of the oldest message that is kept.',
    collect: (set) => set(trace.window_ms / 1_000),
  });
}

/** What became of packets for the HEP collector. */
export function hepCounter(metrics: Metrics): (outcome: 'sent' | 'lost') => void {
  const packets = metrics.counter({
    name: 'trunkline_sip_hep_packets_total',
    help: 'Packets for the HEP collector: sent, or lost because the socket could not take them.',
    labels: ['outcome'],
  });
  return (outcome) => packets.add(1, { outcome });
}

import type { Metrics } from '@trunkline/runtime/metrics';
import type { OverloadGate } from './overload/overload-gate.ts';

/** What admission was decided on in the last interval. */
export function declareOverloadGauges(metrics: Metrics, gate: OverloadGate): void {
  metrics.gauge({
    name: 'trunkline_sip_shedding',
    help: '1 while new INVITEs are limited, else 0.',
    collect: (set) => set(gate.allowance === undefined ? 0 : 1),
  });
  metrics.gauge({
    name: 'trunkline_sip_application_delay_seconds',
    help: 'The shortest time in which an application answered a BYE in the last interval: the length of its queue.',
    collect: (set) => set((gate.load?.application_delay_ms ?? 0) / 1_000),
  });
  metrics.gauge({
    name: 'trunkline_sip_event_loop_use',
    help: 'Share of the last interval in which the event loop was at work.',
    collect: (set) => set(gate.load?.loop_use ?? 0),
  });
}

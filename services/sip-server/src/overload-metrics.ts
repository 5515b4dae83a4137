import type { Metrics } from '@trunkline/runtime/metrics';
import type { Intake } from './overload/intake.ts';
import type { OverloadGate } from './overload/overload-gate.ts';

const most = (values: readonly number[]): number => Math.max(0, ...values);

/** What admission was decided on in the last interval. */
export function declareOverloadGauges(
  metrics: Metrics,
  gate: OverloadGate,
  intake: Intake,
  loopUse: () => number,
): void {
  metrics.gauge({
    name: 'trunkline_sip_shedding',
    help: '1 while new INVITEs are limited, else 0.',
    collect: (set) => set(gate.limited ? 1 : 0),
  });
  metrics.gauge({
    name: 'trunkline_sip_banned_sources',
    help: 'Source addresses of which nothing is taken, because an application said so.',
    collect: (set) => set(gate.banned),
  });
  metrics.gauge({
    name: 'trunkline_sip_application_delay_seconds',
    help: 'How long the slowest application took for what it answers at once, in the last interval: the length of its queue.',
    collect: (set) => set(most(gate.loads.map(({ application_delay_ms }) => application_delay_ms)) / 1_000),
  });
  metrics.gauge({
    name: 'trunkline_sip_event_loop_use',
    help: 'Share of the time since this was last read in which the event loop was at work.',
    collect: (set) => set(loopUse()),
  });
  metrics.gauge({
    name: 'trunkline_sip_backlog_seconds',
    help: 'How long what belongs to calls waits in the kernel until it is read: the length of our own queue.',
    collect: (set) => set(most(gate.loads.map(({ backlog_ms }) => backlog_ms)) / 1_000),
  });
  metrics.gauge({
    name: 'trunkline_sip_waiting_invites',
    help: 'New INVITEs that wait until there is room.',
    collect: (set) => set(intake.waiting),
  });
}

import type { Metrics } from '@trunkline/runtime/metrics';
import type { ControlServer } from './control/control-server.ts';
import type { CountedClock } from './counted-clock.ts';
import { MessageTally } from './message-tally.ts';
import type { OverloadEvents } from './overload/overload-gate.ts';
import type { Core, CoreEvents } from './user-agent/core.ts';

/** Counters of what happens, kept apart from the gauges because the core needs them before it exists. */
export function createCoreEvents(metrics: Metrics): CoreEvents & OverloadEvents {
  const tally = new MessageTally();
  metrics.counter({
    name: 'trunkline_sip_messages_received_total',
    help: 'SIP messages from the network, by method or status code.',
    labels: ['message', 'transport'],
    collect: (add) => tally.take((count, message, transport) => add(count, { message, transport })),
  });
  const refused = metrics.counter({
    name: 'trunkline_sip_requests_refused_total',
    help: 'Requests that the server answered itself, by reason.',
    labels: ['reason'],
  });
  const byes = metrics.counter({
    name: 'trunkline_sip_own_byes_total',
    help: 'Calls that the server ended of its own accord, by cause.',
    labels: ['cause'],
  });
  const dropped = metrics.counter({
    name: 'trunkline_sip_messages_dropped_total',
    help: 'Messages that were not answered, by reason: rate or ban of their source, scanners, OPTIONS and REGISTER in a backlog.',
    labels: ['reason'],
  });
  const bans = metrics.counter({
    name: 'trunkline_sip_bans_total',
    help: 'Times that an application had a source address banned.',
  });
  return {
    banned: () => bans.add(1),
    dropped: (reason) => dropped.add(1, { reason }),
    received: (message, transport) => tally.count(message, transport),
    refused: (reason) => refused.add(1, { reason }),
    ownBye: (cause) => byes.add(1, { cause }),
  };
}

/** What is alive in the server; when all calls are over and timers have run out, every gauge of these is 0. */
export function declareGauges(metrics: Metrics, core: Core, control: ControlServer, clock: CountedClock): void {
  metrics.gauge({
    name: 'trunkline_sip_transactions',
    help: 'SIP transactions that are alive, those that linger for retransmissions included.',
    labels: ['kind'],
    collect: (set) => {
      for (const [kind, count] of Object.entries(core.transactions.counts)) set(count, { kind });
    },
  });
  metrics.gauge({
    name: 'trunkline_sip_dialogs',
    help: 'Dialogs, by phase.',
    labels: ['phase'],
    collect: (set) => {
      for (const phase of ['early', 'confirmed'] as const) set(core.dialogs.count(phase), { phase });
    },
  });
  metrics.gauge({
    name: 'trunkline_sip_pending_requests',
    help: 'Requests that an application has to answer (in), INVITEs of applications without a final response (out), requests passed on.',
    labels: ['direction'],
    collect: (set) => {
      set(core.inbound.size, { direction: 'in' });
      set(core.outbound.size, { direction: 'out' });
      set(core.proxies.size, { direction: 'proxied' });
    },
  });
  metrics.gauge({
    name: 'trunkline_sip_control_clients',
    help: 'Applications that are connected.',
    collect: (set) => set(control.clients.length),
  });
  metrics.gauge({
    name: 'trunkline_sip_control_waiting_bytes',
    help: 'Bytes that applications have not taken yet.',
    collect: (set) => set(control.clients.reduce((sum, client) => sum + client.waiting_bytes, 0)),
  });
  metrics.gauge({
    name: 'trunkline_sip_timers',
    help: 'Timers that are running.',
    collect: (set) => set(clock.timers),
  });
  metrics.gauge({
    name: 'trunkline_sip_connections',
    help: 'Stream connections that are open.',
    collect: (set) => set(core.transports.all.reduce((sum, transport) => sum + transport.connections, 0)),
  });
  metrics.gauge({
    name: 'trunkline_sip_impossible_events',
    help: 'Events that a state table calls impossible, since the start: each is a bug.',
    collect: (set) => set(core.transactions.impossible_events),
  });
}

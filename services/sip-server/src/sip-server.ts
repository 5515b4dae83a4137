import { createHash } from 'node:crypto';
import type { Clock } from '@trunkline/runtime/clock';
import type { HostPort, ListenAddress } from '@trunkline/runtime/env-fields';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import type { Metrics } from '@trunkline/runtime/metrics';
import type { ControlClient } from './control/control-client.ts';
import { ControlServer } from './control/control-server.ts';
import { handleMessage } from './control/handle-message.ts';
import { createIntake } from './create-intake.ts';
import { createGather, type Gather } from './gather.ts';
import { eventLoopUse } from './overload/event-loop-use.ts';
import { OverloadGate } from './overload/overload-gate.ts';
import { SCANNERS } from './overload/scanners.ts';
import { DEFAULT_SOURCE_RATE_PER_S, SourceLimits } from './overload/source-limits.ts';
import { declareOverloadGauges } from './overload-metrics.ts';
import { createNodeResolver } from './resolve/node-resolver.ts';
import { createCoreEvents, declareGauges } from './server-metrics.ts';
import { createTimerWheel } from './timer-wheel.ts';
import { declareTlsGauges } from './tls-metrics.ts';
import { NOBODY_WATCHES, type Watch } from './trace/watch.ts';
import type { TimerSettings } from './transaction/timer-durations.ts';
import { endpointText } from './transport/endpoint.ts';
import { withExternalAddress } from './transport/external-address.ts';
import { TcpTransport } from './transport/tcp-transport.ts';
import type { TlsEvents } from './transport/tls-events.ts';
import type { TlsStore } from './transport/tls-store.ts';
import { TlsTransport } from './transport/tls-transport.ts';
import type { Transport } from './transport/transport.ts';
import { TransportLayer } from './transport/transport-layer.ts';
import { createUdpTransport } from './transport/udp-transport.ts';
import { applicationConnected } from './user-agent/application-connected.ts';
import { applicationGone } from './user-agent/application-gone.ts';
import { type Core, newId } from './user-agent/core.ts';
import { createCore } from './user-agent/create-core.ts';

/** On a busy server output leaves at most this often, milliseconds: a call is set up some of them later. */
const OUTPUT_GAP_MS = 4;
/** Told to applications; drachtio-srf wants `vX.Y.Z` of at least v0.8.2. */
const VERSION = 'v0.9.10-trunkline';

export interface SipServerParts {
  readonly listen: readonly ListenAddress[];
  readonly control: HostPort;
  readonly secret: string;
  readonly timers: TimerSettings;
  /** RFC 3261 §18.1.1; 1300 when absent. */
  readonly udp_limit_bytes?: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Runs a callback when the events at hand are dealt with. */
  readonly defer: (run: () => void) => void;
  /** Required where `listen` has a TLS address. */
  readonly tls?: { readonly store: TlsStore; readonly events: TlsEvents };
  /** Asked instead of those of the system, where there are any. */
  readonly dns_servers?: readonly string[];
  /** Messages that one source address may send a second; 5000 when absent. */
  readonly source_rate_per_s?: number | undefined;
  /** User agents that are not answered; those that we know when absent. */
  readonly scanners?: readonly string[] | undefined;
  /** Nobody when absent. */
  readonly watch?: Watch;
}

export interface SipServer {
  /** Rejects when an address cannot be listened on. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Bound addresses, also where port 0 was asked for. */
  readonly transports: readonly Transport[];
  readonly control_port: number;
  /** For tests and readiness. */
  readonly core: Core;
}

export function createSipServer(parts: SipServerParts): SipServer {
  const { logger, metrics, ids, timers } = parts;
  const clock = createTimerWheel(parts.clock);
  const gather = createGather({ clock: parts.clock, defer: parts.defer, gap_ms: OUTPUT_GAP_MS });
  const listeners = parts.listen.map((address) => createListener(address, { ...parts, clock, gather }));
  const fixed = new Set(listeners.filter((_, index) => parts.listen[index]?.fixed === true));
  const transports = new TransportLayer(listeners, parts.udp_limit_bytes, fixed);
  const resolver = createNodeResolver(clock, parts.dns_servers);
  const events = createCoreEvents(metrics);
  // Of the secret, so that a call that is proxied goes on when the server has been restarted.
  const route_key = createHash('sha256').update(`record-route ${parts.secret}`, 'utf8').digest('hex');
  const gate = new OverloadGate({
    clock: parts.clock,
    sources: new SourceLimits(parts.source_rate_per_s ?? DEFAULT_SOURCE_RATE_PER_S),
    scanners: parts.scanners ?? SCANNERS,
    applications: () => core.routes.of('invite'),
    backlog_ms: () => intake.measureBacklog(),
    events,
  });
  const watch = parts.watch ?? NOBODY_WATCHES;
  const core = createCore({ clock, ids, logger, timers, transports, resolver, events, route_key, gate, watch });
  const intake = createIntake(core, gate, parts.defer, events);
  const control = new ControlServer({
    listen: parts.control,
    secret: parts.secret,
    clock,
    logger,
    defer: gather,
    newId: () => newId(core),
    welcome: () => welcome(transports),
    received: (client, message) => handleMessage(core, client, message),
    authenticated: (client: ControlClient) => applicationConnected(core, client),
    closed: (client: ControlClient) => {
      core.routes.removeAll(client);
      applicationGone(core, client);
    },
  });
  declareGauges(metrics, core, control, clock);
  declareOverloadGauges(metrics, gate, intake, eventLoopUse());
  if (parts.tls !== undefined) declareTlsGauges(metrics, parts.tls.store, () => halfOpen(transports));
  return {
    async start() {
      await transports.start({
        received: (bytes, flow) => intake.received(bytes, flow),
        closed: (flow) => core.transactions.flowClosed(flow),
        sent: (bytes, flow) => watch.seen('out', bytes, flow),
      });
      await control.start();
      gate.start();
    },
    async stop() {
      gate.stop();
      intake.stop();
      await control.stop();
      await transports.stop();
    },
    transports: transports.all,
    get control_port() {
      return control.port;
    },
    core,
  };
}

function createListener(listen: ListenAddress, parts: Parameters<typeof createTransport>[1]): Transport {
  const transport = createTransport(listen, parts);
  return listen.external === undefined ? transport : withExternalAddress(transport, listen.external);
}

function createTransport(
  listen: ListenAddress,
  { clock, ids, logger, tls, gather }: SipServerParts & { readonly gather: Gather },
): Transport {
  const { transport, host, port, client_certificates = 'none' } = listen;
  const address = { address: host, port };
  if (transport === 'udp') return createUdpTransport(address, { logger, gather, clock, ids });
  if (transport === 'tcp') return new TcpTransport(address, { clock, logger });
  if (tls === undefined) throw new Error('A TLS listener needs a certificate');
  return new TlsTransport(address, { client_certificates, ...tls, clock, logger });
}

function halfOpen({ all }: TransportLayer): number {
  return all.reduce((sum, one) => sum + (one.half_open ?? 0), 0);
}

/** Addresses that we are known by, version, bound addresses. */
function welcome(transports: TransportLayer): string {
  const known = transports.all.map(({ name, advertised }) => `${name}/${endpointText(advertised)}`).join(',');
  const bound = transports.all.map(({ name, local }) => `${name}/${endpointText(local)}`).join(',');
  return `${known}|${VERSION}|${bound}`;
}

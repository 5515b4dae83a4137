import type { HostPort } from '@trunkline/runtime/env-fields';
import type { Transport } from './transport.ts';

/** The same listener, known to others by another address: that is what Via, Contact and Record-Route show. */
export function withExternalAddress(transport: Transport, { host, port }: HostPort): Transport {
  const queueDelay = transport.queueDelay?.bind(transport);
  const tryFlowTo = transport.tryFlowTo?.bind(transport);
  const advertised = { address: host, port };
  return {
    name: transport.name,
    get local() {
      return transport.local;
    },
    // Port 0 was asked for: the one that was bound.
    get advertised() {
      return port === 0 ? { ...advertised, port: transport.local.port } : advertised;
    },
    get connections() {
      return transport.connections;
    },
    get half_open() {
      return transport.half_open ?? 0;
    },
    start: (listener) => transport.start(listener),
    stop: () => transport.stop(),
    flowTo: (remote, name, tls) => transport.flowTo(remote, name, tls),
    ...(tryFlowTo === undefined ? {} : { tryFlowTo }),
    ...(queueDelay === undefined ? {} : { queueDelay }),
    alias: (flow, at) => transport.alias?.(flow, at),
  };
}

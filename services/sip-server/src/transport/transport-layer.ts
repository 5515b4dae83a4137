import { isIPv6 } from 'node:net';
import { isWildcard } from './advertised-address.ts';
import type { Endpoint, TransportName } from './endpoint.ts';
import type { Flow, Transport, TransportListener } from './transport.ts';

/** Where a message is to go: the outcome of RFC 3263. */
export interface Target extends Endpoint {
  readonly transport: TransportName;
  /** The host that the address was found for, where it is a name. */
  readonly name?: string | undefined;
}

/** All listening addresses of the server, RFC 3261 §18. */
export class TransportLayer {
  readonly #transports: readonly Transport[];

  constructor(transports: readonly Transport[]) {
    this.#transports = transports;
  }

  async start(listener: TransportListener): Promise<void> {
    for (const transport of this.#transports) await transport.start(listener);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.stop()));
  }

  get all(): readonly Transport[] {
    return this.#transports;
  }

  /** The listener of this protocol that can reach the address: same family, same address where we have it. */
  find(name: TransportName, address: string): Transport | undefined {
    const family = isIPv6(address);
    const fitting = this.#transports.filter((one) => one.name === name && isIPv6(one.local.address) === family);
    return fitting.length < 2 ? fitting[0] : (fitting.find((one) => one.local.address === address) ?? fitting[0]);
  }

  /** The listener that a flow belongs to. */
  of(flow: Flow): Transport | undefined {
    return this.#transports.find(
      (one) =>
        one.name === flow.transport && one.local.port === flow.local.port && one.local.address === flow.local.address,
    );
  }

  /** RFC 5923 §5: requests to this port of the far end's address may go out on this connection. */
  alias(flow: Flow, port: number): void {
    this.of(flow)?.alias?.(flow, port);
  }

  flowTo(target: Target): Flow | undefined {
    return this.find(target.transport, target.address)?.flowTo(target, target.name);
  }

  /** Whether a message to this target would come back to us. */
  isOurs(target: Target): boolean {
    return this.#transports.some(({ name, local, advertised }) => {
      if (name !== target.transport || local.port !== target.port) return false;
      return local.address === target.address || (isWildcard(local.address) && advertised.address === target.address);
    });
  }
}

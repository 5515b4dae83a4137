import type { Endpoint, TransportName } from './endpoint.ts';
import type { TlsWish } from './tls-wish.ts';
import type { Flow, Transport, TransportListener } from './transport.ts';

/** Where a message is to go: the outcome of RFC 3263. */
export interface Target extends Endpoint {
  readonly transport: TransportName;
  /** The host that the address was found for, where it is a name. */
  readonly name?: string | undefined;
  /** As the application wants its certificate to be judged; as usual when absent. */
  readonly tls?: TlsWish | undefined;
}

/** The listener that a request is to leave from: the one that is for this, or the one of that address, where it can be. */
export type Leaving = 'fixed' | { readonly address: string };

/** RFC 3261 §18.1.1: bytes of a request beyond which it does not go over UDP, where the path's MTU is not known. */
export const UDP_LIMIT_BYTES = 1_300;
/** More than the fields that we add to what an application drafts: Via, tags, Call-ID, CSeq, Contact. */
const OWN_FIELDS_BYTES = 600;

/** Of what is an address: only those of IPv6 have colons. */
const isFamily6 = (address: string): boolean => address.includes(':');

/** All listening addresses of the server, RFC 3261 §18. */
export class TransportLayer {
  readonly #transports: readonly Transport[];
  readonly #udp_limit_bytes: number;
  readonly #fixed: ReadonlySet<Transport>;

  /** `fixed`: those that only requests leave from that ask for it. */
  constructor(
    transports: readonly Transport[],
    udp_limit_bytes = UDP_LIMIT_BYTES,
    fixed: ReadonlySet<Transport> = new Set(),
  ) {
    this.#transports = transports;
    this.#udp_limit_bytes = udp_limit_bytes;
    this.#fixed = fixed;
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

  /** The listener of this protocol that can reach the address: same family, as wished, same address where we have it. */
  find(name: TransportName, address: string, from?: Leaving): Transport | undefined {
    const family = isFamily6(address);
    const fitting = this.#transports.filter((one) => one.name === name && isFamily6(one.local.address) === family);
    if (fitting.length < 2) return fitting[0];
    const wished = fitting.filter((one) =>
      typeof from === 'object' ? one.local.address === from.address : this.#fixed.has(one) === (from === 'fixed'),
    );
    if (wished.length === 0 && typeof from === 'object') return this.find(name, address);
    const chosen = wished.length === 0 ? fitting : wished;
    return chosen.find((one) => one.local.address === address) ?? chosen[0];
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

  flowTo(target: Target, from?: Leaving): Flow | undefined {
    return this.find(target.transport, target.address, from)?.flowTo(target, target.name, target.tls);
  }

  /** Whether a request of which the application drafted this much is small enough in any case. */
  surelyFitsUdp(drafted_bytes: number): boolean {
    return drafted_bytes + OWN_FIELDS_BYTES <= this.#udp_limit_bytes;
  }

  /** The connection that a large request has to take in place of UDP; `undefined` at once when it may stay where it is. */
  insteadOf(flow: Flow, bytes: number): Promise<Flow | undefined> | undefined {
    if (flow.transport !== 'udp' || bytes <= this.#udp_limit_bytes) return undefined;
    return this.find('tcp', flow.remote.address, flow.local)?.tryFlowTo?.(flow.remote);
  }

  /** Whether a message to this target would come back to us. */
  isOurs(target: Target): boolean {
    const { transport, address, port } = target;
    return this.#transports.some(({ name, local, advertised }) => {
      if (name !== transport) return false;
      return [local, advertised].some((own) => own.address === address && own.port === port);
    });
  }
}

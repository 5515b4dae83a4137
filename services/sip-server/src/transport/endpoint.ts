import { formatHostPort } from '@trunkline/sip/host-port';

/** An address that a socket has: IPv4 or IPv6 text without brackets, and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export const transportNames = ['udp', 'tcp', 'tls'] as const;
export type TransportName = (typeof transportNames)[number];

/** RFC 3261 §19.1.2: the port when none is written. */
export const defaultPort = (transport: TransportName): number => (transport === 'tls' ? 5061 : 5060);

/** RFC 3261 §17: reliable transports need no retransmission of requests. */
export const isReliable = (transport: TransportName): boolean => transport !== 'udp';

/** An IPv4 peer of a dual-stack socket is known by its IPv4 address. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** `192.0.2.1:5060`, `[2001:db8::1]:5060`. */
export const endpointText = ({ address, port }: Endpoint): string => formatHostPort({ host: address, port });

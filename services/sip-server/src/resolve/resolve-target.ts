import { isIPv6 } from 'node:net';
import { defaultPort, type TransportName } from '../transport/endpoint.ts';
import type { Target } from '../transport/transport-layer.ts';
import type { NextHop } from './next-hop.ts';
import type { Resolver } from './resolver.ts';

const SRV_PREFIX: Readonly<Record<TransportName, string>> = {
  udp: '_sip._udp.',
  tcp: '_sip._tcp.',
  tls: '_sips._tcp.',
};

/** Protocol and family pairs that this server can send over. */
export type Reachable = (transport: TransportName, family: 4 | 6) => boolean;

/**
 * RFC 3263 §4.1 and §4.2 without NAPTR: a port in the URI means A/AAAA only; otherwise SRV of the transport that the URI
 * names, or of each that we have, then A/AAAA. The first address of a family that we can send from is taken. The
 * target keeps the name that the URI has, whatever SRV said: a certificate has to be for that one (RFC 5922 §4).
 */
export async function resolveTarget(hop: NextHop, resolver: Resolver, can: Reachable): Promise<Target | undefined> {
  const transports = hop.transport === undefined ? (['udp', 'tcp'] as const) : [hop.transport];
  if (hop.port === undefined) {
    for (const transport of transports) {
      if (!can(transport, 4) && !can(transport, 6)) continue;
      for (const { name, port } of await resolver.srv(SRV_PREFIX[transport] + hop.host)) {
        const target = await addressTarget(name, port, transport, resolver, can);
        if (target !== undefined) return { ...target, name: hop.host };
      }
    }
  }
  const transport = hop.transport ?? 'udp';
  const target = await addressTarget(hop.host, hop.port ?? defaultPort(transport), transport, resolver, can);
  return target && { ...target, name: hop.host };
}

async function addressTarget(
  name: string,
  port: number,
  transport: TransportName,
  resolver: Resolver,
  can: Reachable,
): Promise<Target | undefined> {
  const addresses = await resolver.addresses(name);
  const address = addresses.find((candidate) => can(transport, isIPv6(candidate) ? 6 : 4));
  return address === undefined ? undefined : { transport, address, port };
}

import { isIPv6 } from 'node:net';
import { defaultPort, type TransportName } from '../transport/endpoint.ts';
import type { Target } from '../transport/transport-layer.ts';
import type { NextHop } from './next-hop.ts';
import { orderSrv } from './order-srv.ts';
import type { Resolver } from './resolver.ts';

/** Places that are tried for one request. */
const MOST_TARGETS = 16;

const SRV_PREFIX: Readonly<Record<TransportName, string>> = {
  udp: '_sip._udp.',
  tcp: '_sip._tcp.',
  tls: '_sips._tcp.',
};

/** RFC 3263 §4.1: what a NAPTR record calls them. */
const NAPTR_SERVICES: Readonly<Record<string, TransportName>> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
};

/** Protocol and family pairs that this server can send over. */
export type Reachable = (transport: TransportName, family: 4 | 6) => boolean;

/**
 * RFC 3263 §4.1 and §4.2: where a name may be reached, in the order in which to try. A port in the URI means A and AAAA only;
 * else NAPTR says which transports there are, if the URI names none, and SRV which hosts; without either, A and AAAA. Targets
 * keep the name that the URI has, whatever SRV said: a certificate has to be for that one (RFC 5922 §4).
 */
export async function resolveTargets(
  hop: NextHop,
  resolver: Resolver,
  can: Reachable,
  dice: () => number,
): Promise<readonly Target[]> {
  const found: Target[] = [];
  // Asked for now, so that a name without records costs one time of waiting and not three.
  const plain = resolver.addresses(hop.host);
  if (hop.port === undefined) {
    for (const { transport, name } of await services(hop, resolver, can)) {
      const records = orderSrv(await resolver.srv(name), dice).filter((one) => one.name !== '' && one.name !== '.');
      const each = records.map((one) => addressTargets(resolver.addresses(one.name), one.port, transport, can));
      for (const targets of await Promise.all(each)) found.push(...targets);
    }
  }
  if (found.length === 0) {
    const { transport = 'udp' } = hop;
    found.push(...(await addressTargets(plain, hop.port ?? defaultPort(transport), transport, can)));
  }
  return unique(found)
    .slice(0, MOST_TARGETS)
    .map((target) => ({ ...target, name: hop.host }));
}

interface Service {
  readonly transport: TransportName;
  /** The name to ask SRV for. */
  readonly name: string;
}

async function services(hop: NextHop, resolver: Resolver, can: Reachable): Promise<readonly Service[]> {
  const able = ({ transport }: Service): boolean => can(transport, 4) || can(transport, 6);
  const own = (transport: TransportName): Service => ({ transport, name: SRV_PREFIX[transport] + hop.host });
  if (hop.transport !== undefined) return [own(hop.transport)].filter(able);
  const usual = (['udp', 'tcp'] as const).map(own).filter(able);
  for (const { name } of usual) void resolver.srv(name);
  const records = [...(await resolver.naptr(hop.host))];
  records.sort((a, b) => a.order - b.order || a.preference - b.preference);
  const named = records.flatMap(({ service, flags, replacement }): Service[] => {
    const transport = NAPTR_SERVICES[service.toUpperCase()];
    if (transport === undefined || flags.toLowerCase() !== 's') return [];
    return [{ transport, name: replacement }];
  });
  const usable = named.filter(able);
  return usable.length > 0 ? usable : usual;
}

async function addressTargets(
  asked: Promise<readonly string[]>,
  port: number,
  transport: TransportName,
  can: Reachable,
): Promise<readonly Target[]> {
  const addresses = (await asked).filter((address) => can(transport, isIPv6(address) ? 6 : 4));
  return addresses.map((address) => ({ transport, address, port }));
}

function unique(targets: readonly Target[]): readonly Target[] {
  const known = new Set<string>();
  return targets.filter(({ transport, address, port }) => {
    const key = `${transport} ${address} ${port}`;
    const fresh = !known.has(key);
    known.add(key);
    return fresh;
  });
}

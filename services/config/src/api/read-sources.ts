import type { Cidr } from '@trunkline/contracts/cidr';
import { parseCidr } from '@trunkline/policy/address';
import { type Problem, problem } from './refusal.ts';

/** The widest network that an access list may name, in bits of prefix: wider ones admit whole continents by mistake. */
const shortestPrefix = { 4: 8, 6: 16 } as const;

export interface Sources {
  /** Canonical, each once, in the order given. */
  readonly cidrs: readonly Cidr[];
  readonly problems: readonly Problem[];
}

/** Reads `ip_identifiers`. What cannot be read is a problem and admits nobody. */
export function readSources(given: readonly { readonly ip_address: string }[]): Sources {
  const cidrs = new Set<Cidr>();
  const problems: Problem[] = [];
  given.forEach(({ ip_address }, index) => {
    const path = `ip_identifiers[${index}].ip_address`;
    const read = parseCidr(ip_address);
    if (read.kind === 'error') {
      problems.push(problem(400, `${path} must be an IPv4 or IPv6 address, or a network such as 203.0.113.0/24`, path));
    } else if (read.network.length < shortestPrefix[read.network.family]) {
      const least = shortestPrefix[read.network.family];
      problems.push(problem(400, `${path} is too wide: give a prefix length of at least ${least}`, path));
    } else {
      cidrs.add(read.network.cidr);
    }
  });
  return { cidrs: [...cidrs], problems };
}

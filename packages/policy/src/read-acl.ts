import type { Cidr } from '@trunkline/contracts/cidr';
import { type Network, parseCidr } from './address.ts';

export interface ReadAcl {
  /** Canonical, each once. */
  readonly acl: readonly Cidr[];
  /** The same. */
  readonly networks: readonly Network[];
  /** Entries that cannot be read: they are dropped, since what means nothing must admit nobody. */
  readonly unreadable: readonly string[];
}

export function readAcl(entries: readonly string[]): ReadAcl {
  const [first] = entries;
  const only = entries.length === 1 && first !== undefined ? parseCidr(first) : undefined;
  if (only?.kind === 'ok') return { acl: [only.network.cidr], networks: [only.network], unreadable: [] };
  const networks = new Map<Cidr, Network>();
  const unreadable: string[] = [];
  for (const text of entries) {
    const parsed = parseCidr(text);
    if (parsed.kind === 'ok') networks.set(parsed.network.cidr, parsed.network);
    else unreadable.push(text);
  }
  return { acl: [...networks.keys()], networks: [...networks.values()], unreadable };
}

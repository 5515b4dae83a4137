import type { Cidr } from '@trunkline/contracts/cidr';
import { parseCidr } from './address.ts';

export interface ReadAcl {
  /** Canonical, each once. */
  readonly acl: readonly Cidr[];
  /** Entries that cannot be read: they are dropped, since what means nothing must admit nobody. */
  readonly unreadable: readonly string[];
}

export function readAcl(entries: readonly string[]): ReadAcl {
  const acl = new Set<Cidr>();
  const unreadable: string[] = [];
  for (const text of entries) {
    const parsed = parseCidr(text);
    if (parsed.kind === 'ok') acl.add(parsed.network.cidr);
    else unreadable.push(text);
  }
  return { acl: [...acl], unreadable };
}

import type { Cidr } from '@trunkline/contracts/cidr';
import { type Address, type Network, parseAddress, parseCidr } from './address.ts';
import type { AclMatch } from './policy.ts';

/** Nearly every network has one owner, for whom no set is made until somebody asks. */
class Entry<Owner> implements AclMatch<Owner> {
  readonly cidr: Cidr;
  readonly length: number;
  #only: Owner | undefined;
  #all: Set<Owner> | undefined;

  constructor({ cidr, length }: Network, owner: Owner) {
    this.cidr = cidr;
    this.length = length;
    this.#only = owner;
  }

  get owners(): Set<Owner> {
    this.#all ??= new Set(this.#only === undefined ? [] : [this.#only]);
    this.#only = undefined;
    return this.#all;
  }
}

/** The networks of one prefix length, by their leading bits. */
type Level<Owner> = Map<number | bigint, Entry<Owner>>;

/**
 * Who listed which network. A look-up costs one hash probe per prefix length in use, so at most 32 for IPv4 and 128 for IPv6,
 * however many networks there are. Owners are compared by identity.
 */
export class AclIndex<Owner> {
  readonly #families = { 4: new Map<number, Level<Owner>>(), 6: new Map<number, Level<Owner>>() };

  /** Returns false for a network that cannot be read: it is left out and so admits nobody. */
  insert(cidr: string, owner: Owner): boolean {
    const parsed = parseCidr(cidr);
    if (parsed.kind === 'error') return false;
    this.insertNetwork(parsed.network, owner);
    return true;
  }

  insertNetwork(network: Network, owner: Owner): void {
    const levels = this.#families[network.family];
    let level = levels.get(network.length);
    if (level === undefined) {
      level = new Map();
      levels.set(network.length, level);
    }
    const key = leadingBits(network, network.length);
    const entry = level.get(key);
    if (entry === undefined) level.set(key, new Entry(network, owner));
    else entry.owners.add(owner);
  }

  remove(cidr: string, owner: Owner): void {
    const parsed = parseCidr(cidr);
    if (parsed.kind === 'error') return;
    const { network } = parsed;
    const levels = this.#families[network.family];
    const level = levels.get(network.length);
    const key = leadingBits(network, network.length);
    const entry = level?.get(key);
    if (level === undefined || entry === undefined) return;
    entry.owners.delete(owner);
    if (entry.owners.size === 0) level.delete(key);
    if (level.size === 0) levels.delete(network.length);
  }

  /** Every listed network that holds the address, longest prefix first. */
  lookup(address: string): AclMatch<Owner>[] {
    const parsed = parseAddress(address);
    if (parsed === undefined) return [];
    const matches: AclMatch<Owner>[] = [];
    for (const [length, level] of this.#families[parsed.family]) {
      const entry = level.get(leadingBits(parsed, length));
      if (entry !== undefined) matches.push(entry);
    }
    return matches.sort((one, other) => other.length - one.length);
  }

  /** Networks listed by anyone. */
  get size(): number {
    let sum = 0;
    for (const levels of Object.values(this.#families)) for (const level of levels.values()) sum += level.size;
    return sum;
  }
}

function leadingBits(address: Address, length: number): number | bigint {
  if (address.family === 6) return address.value >> BigInt(128 - length);
  // A shift by 32 is a shift by 0 in JavaScript.
  return length === 0 ? 0 : address.value >>> (32 - length);
}

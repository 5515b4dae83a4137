import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AclIndex } from './acl-index.ts';
import { networkOf, parseAddress, parseCidr } from './address.ts';

/** Few addresses and many lengths, so that networks nest, coincide and miss. */
const address = fc.oneof(
  fc.tuple(fc.constantFrom(10, 192), fc.constantFrom(0, 255), fc.nat(3), fc.nat(3)).map((bytes) => bytes.join('.')),
  fc.tuple(fc.constantFrom('2001:db8', 'fe80:0'), fc.nat(3), fc.nat(3)).map(([head, a, b]) => `${head}:${a}::${b}`),
  fc.nat(3).map((byte) => `::ffff:10.0.0.${byte}`),
);
const cidr = fc
  .tuple(address, fc.nat(128))
  .map(
    ([text, length]) =>
      `${text}/${text.includes('.') && !text.includes(':') ? length % 33 : text.includes('.') ? 96 + (length % 33) : length}`,
  );
const entries = fc.array(fc.record({ cidr, owner: fc.constantFrom('a', 'b', 'c') }), { maxLength: 30 });
type Entries = { cidr: string; owner: string }[];

/** The specification: try each network in turn. */
function scan(list: Entries, text: string): string[] {
  const found = new Map<string, { length: number; owners: Set<string> }>();
  const one = parseAddress(text);
  for (const entry of list) {
    const parsed = parseCidr(entry.cidr);
    if (one === undefined || parsed.kind === 'error' || parsed.network.family !== one.family) continue;
    const { length, cidr: name } = parsed.network;
    if (networkOf(one, length).cidr !== name) continue;
    const known = found.get(name) ?? { length, owners: new Set() };
    known.owners.add(entry.owner);
    found.set(name, known);
  }
  const longestFirst = [...found].sort(([, x], [, y]) => y.length - x.length);
  return longestFirst.map(([name, { length, owners }]) => `${name} ${length} ${[...owners].sort().join()}`);
}

const lookup = (index: AclIndex<string>, text: string) =>
  index.lookup(text).map(({ cidr: name, length, owners }) => `${name} ${length} ${[...owners].sort().join()}`);

function indexOf(list: Entries): AclIndex<string> {
  const index = new AclIndex<string>();
  for (const entry of list) index.insert(entry.cidr, entry.owner);
  return index;
}

describe('the ACL index', () => {
  it('answers as a scan of all networks would', () => {
    fc.assert(
      fc.property(entries, address, (list, text) => {
        expect(lookup(indexOf(list), text)).toEqual(scan(list, text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is after an insert and a remove what it was before', () => {
    fc.assert(
      fc.property(entries, entries, address, (kept, gone, text) => {
        const index = indexOf(kept);
        const size = index.size;
        const others = gone.map((entry) => ({ ...entry, owner: `${entry.owner}2` }));
        for (const entry of others) index.insert(entry.cidr, entry.owner);
        for (const entry of others) index.remove(entry.cidr, entry.owner);
        expect(lookup(index, text)).toEqual(scan(kept, text));
        expect(index.size).toBe(size);
      }),
      { numRuns: 500 },
    );
  });

  it('gives the longest prefix first, with all its owners', () => {
    const index = indexOf([
      { cidr: '0.0.0.0/0', owner: 'everyone' },
      { cidr: '203.0.113.0/24', owner: 'b' },
      { cidr: '203.0.113.0/24', owner: 'a' },
      { cidr: '203.0.113.7', owner: 'c' },
    ]);
    expect(lookup(index, '203.0.113.7')).toEqual([
      '203.0.113.7/32 32 c',
      '203.0.113.0/24 24 a,b',
      '0.0.0.0/0 0 everyone',
    ]);
    expect(lookup(index, '2001:db8::1')).toEqual([]);
  });

  it('admits nobody by what cannot be read', () => {
    const index = new AclIndex<string>();
    expect(index.insert('any', 'a')).toBe(false);
    expect(index.insert('10.0.0.0/99', 'a')).toBe(false);
    expect(index.insert('10.0.0.0/8', 'a')).toBe(true);
    index.remove('nonsense', 'a');
    expect(index.size).toBe(1);
    expect(index.lookup('not an address')).toEqual([]);
    expect(index.lookup('')).toEqual([]);
  });
});

import { isIPv4 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, networkOf, parseAddress, parseCidr } from './address.ts';

const cidr = (text: string) => {
  const parsed = parseCidr(text);
  return parsed.kind === 'ok' ? parsed.network.cidr : parsed.message;
};

describe('a network', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    [' 203.0.113.7/24 ', '203.0.113.0/24'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['203.0.113.255/31', '203.0.113.254/31'],
    ['2001:DB8:0:0::1', '2001:db8::1/128'],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
    ['::/0', '::/0'],
    ['::ffff:203.0.113.7', '203.0.113.7/32'],
    ['::ffff:203.0.113.7/120', '203.0.113.0/24'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
  ])('%s is %s', (text, canonical) => {
    expect(cidr(text)).toBe(canonical);
  });

  it.each([
    ['', '"" is not an IPv4 or IPv6 address or network'],
    ['carrier.example', '"carrier.example" is not an IPv4 or IPv6 address or network'],
    ['127.1', '"127.1" is not an IPv4 or IPv6 address or network'],
    ['0x7f.0.0.1', '"0x7f.0.0.1" is not an IPv4 or IPv6 address or network'],
    ['010.0.0.1', '"010.0.0.1" is not an IPv4 or IPv6 address or network'],
    ['256.0.0.1', '"256.0.0.1" is not an IPv4 or IPv6 address or network'],
    ['fe80::1%eth0', '"fe80::1%eth0" is not an IPv4 or IPv6 address or network'],
    ['1.2.3.4/', '"1.2.3.4/" needs a prefix length from 0 to 32 after the slash'],
    ['1.2.3.4/33', '"1.2.3.4/33" needs a prefix length from 0 to 32 after the slash'],
    ['1.2.3.4/-1', '"1.2.3.4/-1" needs a prefix length from 0 to 32 after the slash'],
    ['1.2.3.4/255.255.255.0', '"1.2.3.4/255.255.255.0" needs a prefix length from 0 to 32 after the slash'],
    ['1.2.3.4/8/8', '"1.2.3.4/8/8" needs a prefix length from 0 to 32 after the slash'],
    ['2001:db8::/129', '"2001:db8::/129" needs a prefix length from 0 to 128 after the slash'],
    ['::ffff:1.2.3.4/95', '"::ffff:1.2.3.4/95" needs a prefix length from 96 to 128 after the slash'],
  ])('%j is none: %s', (text, message) => {
    expect(cidr(text)).toBe(message);
  });

  it('is its own canonical text', () => {
    const networks = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
      fc.tuple(fc.ipV6(), fc.integer({ min: 96, max: 128 })),
    );
    fc.assert(
      fc.property(networks, ([address, length]) => {
        const canonical = cidr(`${address}/${length}`);
        expect(cidr(canonical)).toBe(canonical);
        expect(canonical).toMatch(/^[0-9a-f.:]+\/\d+$/);
      }),
    );
  });
});

describe('an address', () => {
  it('is one of IPv4 when, and only when, it is four decimal parts', () => {
    const part = fc.constantFrom('0', '1', '9', '10', '255', '256', '00', '01', '999', '', ' 1', '+1', 'a', '1e1');
    const parts = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('0', '7', '10', '255') }, part);
    fc.assert(
      fc.property(fc.array(parts, { minLength: 3, maxLength: 5 }), (all) => {
        const text = all.join('.');
        expect(parseAddress(text)?.family === 4).toBe(isIPv4(text));
        const value = all.reduce((sum, each) => sum * 256 + Number(each), 0);
        if (isIPv4(text)) expect(parseAddress(text)).toEqual({ family: 4, value });
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads back as it is written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text);
        if (address === undefined) throw new Error('not read');
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  it('with zone is the address, mapped it is the IPv4 one', () => {
    expect(parseAddress('fe80::1%eth0')).toEqual(parseAddress('fe80::1'));
    expect(parseAddress('::ffff:c000:201')).toEqual({ family: 4, value: 0xc0000201 });
  });

  it('lies in its networks of every length', () => {
    expect(networkOf({ family: 4, value: 0xffffffff }, 0)).toMatchObject({ value: 0, cidr: '0.0.0.0/0' });
    expect(networkOf({ family: 4, value: 0xffffffff }, 1)).toMatchObject({ value: 0x80000000, cidr: '128.0.0.0/1' });
    expect(networkOf({ family: 4, value: 0xffffffff }, 32).value).toBe(0xffffffff);
  });

  it('never throws', () => {
    const piece = fc.constantFrom('1', '255', '.', ':', '::', 'ffff', '/', '%', 'x', ' ', '-', '\u0000');
    const text = fc.array(piece, { maxLength: 20 }).map((parts) => parts.join(''));
    fc.assert(fc.property(text, (value) => ['ok', 'error'].includes(parseCidr(value).kind)));
  });
});

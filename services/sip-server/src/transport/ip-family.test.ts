import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ipFamily } from './ip-family.ts';

const PIECES = ['', '0', '00', '01', '1', '9', '10', '99', '127', '255', '256', '1000', 'a', '-1', ' 1', '1e1'];

describe('the family of an address', () => {
  it.each([
    '::',
    '::1',
    '2001:db8::1',
    '::ffff:192.0.2.1',
    ':',
    '1:2',
    'a:b:c',
    'fe80::1%eth0',
    '[::1]',
    'example.com',
    '',
  ])('is that of Node: %s', (text) => {
    expect(ipFamily(text)).toBe(isIP(text));
  });

  it('is that of Node for everything with dots', () => {
    for (const one of PIECES) {
      for (const two of PIECES) {
        for (const text of [
          `${one}.${two}.0.1`,
          `10.0.${one}.${two}`,
          `1.${one}.${two}`,
          `1.2.3.${one}.${two}`,
          `${one}${two}`,
        ]) {
          expect({ text, family: ipFamily(text) }).toEqual({ text, family: isIP(text) });
        }
      }
    }
  });
});

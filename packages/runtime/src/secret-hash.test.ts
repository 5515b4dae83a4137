import { expect, it } from 'vitest';
import { secretHash, secretsEqual } from './secret-hash.ts';

it('is the SHA-256 of FIPS 180-4, in hex', () => {
  expect(secretHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it.each([
  ['same', 'same', true],
  ['same', 'samE', false],
  ['', '', true],
  ['short', 'shorter', false],
])('compares %s with %s', (one, other, equal) => {
  expect(secretsEqual(one, other)).toBe(equal);
});

import { expect, it } from 'vitest';
import { readTlsWish, withWish } from './tls-wish.ts';

const pin = 'ab'.repeat(32);

it.each([
  ['verify', { check: 'verify', sha256: [] }],
  ['off', { check: 'off', sha256: [] }],
  [`pin;sha256=${pin}`, { check: 'pin', sha256: [pin] }],
  [`pin;sha256=${pin},${'12'.repeat(32)}`, { check: 'pin', sha256: [pin, '12'.repeat(32)] }],
] as const)('%s is read', (text, wish) => {
  expect(readTlsWish(text)).toEqual(wish);
});

it.each([
  '',
  'OFF',
  'off;sha256=',
  'pin',
  'pin;sha256=',
  'pin;sha256=abc',
  `pin;sha256=${pin},`,
  `pin;sha256=${pin};x`,
  `pin; sha256=${pin}`,
  `pin;sha256=${Array.from({ length: 9 }, () => pin).join(',')}`,
])('%j is not', (text) => {
  expect(readTlsWish(text)).toBeUndefined();
});

it('leaves to the operator what the far end is shown and called', () => {
  const rule = { destination: 'a', check: 'verify', sha256: [], server_name: 'b', certificate_file: 'c' } as const;
  expect(withWish(rule, { check: 'off', sha256: [] })).toEqual({ ...rule, check: 'off' });
  expect(withWish(rule, undefined)).toBe(rule);
});

import { expect, it } from 'vitest';
import { isPrivateAddress } from './is-private-address.ts';

it.each([
  ['10.20.30.40', true],
  ['172.16.0.1', true],
  ['172.32.0.1', false],
  ['192.168.1.20', true],
  ['100.64.0.1', true],
  ['169.254.7.7', true],
  ['203.0.113.7', false],
  ['127.0.0.1', false],
  // Hold, as it was said before RFC 3264: not an address at all.
  ['0.0.0.0', false],
  ['fd00::1', true],
  ['fe80::1', true],
  ['2001:db8::1', false],
  ['pbx.example', false],
])('%s: %s', (address, expected) => {
  expect(isPrivateAddress(address)).toBe(expected);
});

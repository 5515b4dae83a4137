import type { Instant } from '@trunkline/contracts/time';
import { expect, it } from 'vitest';
import { createNonces } from './nonces.ts';
import { takeOnce } from './take-once.ts';

const at = (ms: number) => ms as Instant;
const plain = createNonces(Buffer.alloc(32));

it('takes each response once, as long as its nonce may be in use', () => {
  const nonces = takeOnce(plain);
  expect([nonces.spend('a', at(0)), nonces.spend('b', at(0)), nonces.spend('a', at(120_000))]).toEqual([
    true,
    true,
    false,
  ]);
  expect(nonces.spend('a', at(120_001))).toBe(true);
});

it('remembers so many, and forgets the oldest', () => {
  const nonces = takeOnce(plain, 2);
  for (const response of ['a', 'b', 'c']) nonces.spend(response, at(0));
  expect([nonces.spend('c', at(0)), nonces.spend('a', at(0))]).toEqual([false, true]);
});

it('makes and knows the same nonces', () => {
  const nonces = takeOnce(plain);
  const nonce = nonces.make(at(0), '192.0.2.1');
  expect([nonces.check(nonce, at(60_000), '192.0.2.1'), plain.check(nonce, at(60_001), '192.0.2.1')]).toEqual([
    'valid',
    'stale',
  ]);
});

it('is not what a dry run has', () => {
  expect([plain.spend('a', at(0)), plain.spend('a', at(0))]).toEqual([true, true]);
});

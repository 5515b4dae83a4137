import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNonce, makeNonce } from './nonce.ts';

const secret = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
const at = 1_700_000_000_000;
const oldest_ms = 30_000;
const nonce = makeNonce(secret, at, '192.0.2.1');
const check = (text: string, now = at, from = '192.0.2.1', key: Uint8Array = secret) =>
  checkNonce(key, text, now, from, oldest_ms);

describe('a nonce', () => {
  it.each([
    ['at once', at, 'valid'],
    ['at its greatest age', at + oldest_ms, 'valid'],
    ['a millisecond later', at + oldest_ms + 1, 'stale'],
    ['from an edge whose clock is a little ahead', at - 5_000, 'valid'],
    ['from far in the future', at - oldest_ms - 1, 'stale'],
  ])('%s', (_, now, state) => {
    expect(check(nonce, now)).toBe(state);
  });

  it('of another secret or for another address is forged', () => {
    expect(check(nonce, at, '192.0.2.1', Buffer.alloc(16))).toBe('forged');
    expect(check(nonce, at, '192.0.2.2')).toBe('forged');
  });

  it('is forged as soon as one character differs', () => {
    fc.assert(
      fc.property(fc.nat(nonce.length - 1), fc.constantFrom(...'0123456789abcdefg"'), (index, character) => {
        fc.pre(nonce[index] !== character);
        expect(check(nonce.slice(0, index) + character + nonce.slice(index + 1))).toBe('forged');
      }),
    );
  });

  it('is forged when it is any text of others', () => {
    fc.assert(fc.property(fc.string(), (text) => check(text) === 'forged'));
    expect(check('')).toBe('forged');
    expect(check(`${nonce}0`)).toBe('forged');
  });
});

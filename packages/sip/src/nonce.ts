import { createHmac, timingSafeEqual } from 'node:crypto';

/** Hex digits of the time (milliseconds, enough until the year 10889) and of the HMAC. */
const timeDigits = 12;
const macDigits = 32;

/** What a nonce that came back is: ours and young, ours and old, or not ours. */
export type NonceState = 'valid' | 'stale' | 'forged';

/**
 * A nonce that needs no memory: its time and an HMAC-SHA-256 over the time and `bound_to` (RFC 7616 §3.3 suggests the client's
 * address, so that a response overheard elsewhere is worth nothing). `now` in milliseconds since 1970.
 */
export function makeNonce(secret: Uint8Array, now: number, bound_to: string): string {
  const time = now.toString(16).padStart(timeDigits, '0');
  return time + mac(secret, time, bound_to);
}

/** `oldest_ms`: the greatest age at which a nonce is still valid. */
export function checkNonce(
  secret: Uint8Array,
  nonce: string,
  now: number,
  bound_to: string,
  oldest_ms: number,
): NonceState {
  if (nonce.length !== timeDigits + macDigits || !/^[0-9a-f]+$/.test(nonce)) return 'forged';
  const time = nonce.slice(0, timeDigits);
  const expected = Buffer.from(mac(secret, time, bound_to), 'latin1');
  if (!timingSafeEqual(expected, Buffer.from(nonce.slice(timeDigits), 'latin1'))) return 'forged';
  // Another edge with the same secret may be a little ahead of us, but not by more than a nonce lives.
  return Math.abs(now - Number.parseInt(time, 16)) <= oldest_ms ? 'valid' : 'stale';
}

function mac(secret: Uint8Array, time: string, bound_to: string): string {
  return createHmac('sha256', secret).update(`${time}:${bound_to}`, 'utf8').digest('hex').slice(0, macDigits);
}

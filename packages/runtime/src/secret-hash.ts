import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * SHA-256 in lower-case hex, under which a token is stored and looked up. For secrets with at least 128 random bits only:
 * it is fast, so a password that people choose could be guessed from it.
 */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}

/** Whether two secrets are equal, in a time that does not tell how much of them is. */
export function secretsEqual(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(secretHash(one), 'hex'), Buffer.from(secretHash(other), 'hex'));
}

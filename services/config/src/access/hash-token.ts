import { createHash } from 'node:crypto';

/** SHA-256 in lower-case hex: the only form in which a token is kept. Tokens are long and random, so no salt is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

import { createHash } from 'node:crypto';
import type { Access } from '@trunkline/contracts/access';
import type { Instant } from '@trunkline/contracts/time';

/** Bearer tokens by the SHA-256 (hex) of their text, as published; the text itself is never kept. */
export class TokensView {
  readonly #accesses = new Map<string, Access>();

  put(hash: string, access: Access): void {
    this.#accesses.set(hash, access);
  }

  delete(hash: string): void {
    this.#accesses.delete(hash);
  }

  /** What the token allows now; undefined when it is unknown or has expired. */
  accessOf(token: string, now: Instant): Access | undefined {
    const access = this.#accesses.get(createHash('sha256').update(token).digest('hex'));
    if (access === undefined) return undefined;
    return access.expires_at !== null && access.expires_at <= now ? undefined : access;
  }
}

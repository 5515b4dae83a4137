import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';

/** The only source of randomness. Tests pass one that counts. */
export interface Ids {
  /** A new ULID; callers brand it as the id that it becomes. */
  ulid(): string;
  /** `bytes` random bytes in lower-case hex. */
  hex(bytes: number): string;
}

export const randomIds: Ids = {
  ulid: () => ulid(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
};

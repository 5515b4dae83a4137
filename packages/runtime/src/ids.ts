import { randomFillSync } from 'node:crypto';
import { ulid } from 'ulid';

/** The only source of randomness. Tests pass one that counts. */
export interface Ids {
  /** A new ULID; callers brand it as the id that it becomes. */
  ulid(): string;
  /** `bytes` random bytes in lower-case hex. */
  hex(bytes: number): string;
}

/** A request to the system costs as much for a few bytes as for some thousand, so they are fetched together. */
const pool = Buffer.alloc(8_192);
let used = pool.length;

/** Each byte is given out once. */
function randomHex(bytes: number): string {
  if (bytes > pool.length) throw new RangeError(`at most ${pool.length} random bytes at a time`);
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}

export const randomIds: Ids = { ulid: () => ulid(), hex: randomHex };

import { expect, it } from 'vitest';
import { randomIds } from './ids.ts';

it('hex gives as many digits as asked for, and never the same bytes twice, also when the pool is filled anew', () => {
  const lengths = [1, 8, 12, 16, 8_192];
  for (const bytes of lengths) expect(randomIds.hex(bytes)).toMatch(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
  const given = Array.from({ length: 5_000 }, () => randomIds.hex(12));
  expect(new Set(given).size).toBe(given.length);
});

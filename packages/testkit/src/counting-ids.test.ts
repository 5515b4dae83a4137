import { callIdSchema } from '@trunkline/contracts/ids';
import { expect, it } from 'vitest';
import { countingIds } from './counting-ids.ts';

it('makes valid ULIDs that sort as they were made, the same each time', () => {
  const make = (): string[] => {
    const ids = countingIds();
    return Array.from({ length: 2_000 }, () => ids.ulid());
  };
  const made = make();
  expect(made.every((id) => callIdSchema.safeParse(id).success)).toBe(true);
  expect(new Set(made).size).toBe(2_000);
  expect([...made].sort()).toEqual(made);
  expect(make()).toEqual(made);
});

it('makes as many hex digits as were asked for, never twice the same', () => {
  const ids = countingIds();
  expect([ids.hex(2), ids.hex(2), ids.hex(8)]).toEqual(['0001', '0002', '0000000000000003']);
});

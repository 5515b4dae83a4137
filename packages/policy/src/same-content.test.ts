import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sameContent } from './same-content.ts';

it('finds two values the same when, and only when, their texts are', () => {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort()
        .map(([key, inner]) => [key, sorted(inner)]),
    );
  };
  const small = fc.jsonValue({ maxDepth: 2, stringUnit: fc.constantFrom('a', 'b') });
  fc.assert(
    fc.property(small, small, (left, right) => {
      expect(sameContent(left, right)).toBe(JSON.stringify(sorted(left)) === JSON.stringify(sorted(right)));
      expect(sameContent(left, structuredClone(left))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

it.each([
  [
    { a: undefined, b: 1 },
    { b: 1, c: 2 },
  ],
  [[], {}],
  [{ a: [1] }, { a: [1, 2] }],
  [null, {}],
])('tells %j from %j', (left, right) => {
  expect(sameContent(left, right)).toBe(false);
  expect(sameContent(right, left)).toBe(false);
});

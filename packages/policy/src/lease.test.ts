import type { EdgeId } from '@trunkline/contracts/ids';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leaseOwner, leaseStep } from './lease.ts';

const edge = (name: string) => name as EdgeId;
const [one, two, three] = [edge('edge-1'), edge('edge-2'), edge('edge-3')];
const keys = Array.from({ length: 3_000 }, (_, index) => `01J${String(index).padStart(23, '0')}.01K${index}`);

it('shares trunks evenly and moves only those of an edge that goes', () => {
  const before = keys.map((key) => leaseOwner(key, [one, two, three]));
  for (const each of [one, two, three]) {
    expect(before.filter((owner) => owner === each).length).toBeGreaterThan(keys.length * 0.29);
  }
  keys.forEach((key, index) => {
    const owner = leaseOwner(key, [one, three]);
    if (before[index] !== two) expect(owner).toBe(before[index]);
    else expect([one, three]).toContain(owner);
  });
});

it('property: depends on the set of edges, not on their order', () => {
  fc.assert(
    fc.property(fc.string(), fc.shuffledSubarray([one, two, three], { minLength: 3 }), (key, edges) => {
      expect(leaseOwner(key, edges)).toBe(leaseOwner(key, [one, two, three]));
    }),
  );
  expect(leaseOwner('k', [])).toBeUndefined();
});

const live = new Set([one, two]);
const view = { self: one, candidates: [one, two], live };
it.each([
  ['a free trunk of ours', one, null, false, 'take'],
  ['a trunk of ours that a dead edge held', one, three, false, 'take'],
  ['a trunk of ours that a live edge still holds', one, two, false, 'wait'],
  ['a trunk of ours from before our restart', one, one, false, 'take'],
  ['a trunk of another', two, null, false, 'none'],
  ['a trunk that we hold', one, one, true, 'keep'],
  ['a trunk that we hold and have not said so', one, null, true, 'keep'],
  ['a trunk that we hold and is to be of another', two, one, true, 'release'],
  ['a trunk that another took from us', one, two, true, 'yield'],
  ['a trunk that another took and is to have', two, two, true, 'yield'],
  ['a trunk of nobody', undefined, one, true, 'release'],
] as const)('%s', (_what, owner, holder, isHeld, expected) => {
  expect(leaseStep(owner, holder, isHeld, view)).toBe(expected);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertNothingLeft } from './language/nothing-left.ts';
import { everythingEnds, happen, happenings } from './language/random-story.ts';
import { inboundStory, outboundStory } from './language/stories.ts';

/** The same stories in every run; `TRUNKLINE_SEED` tells others. */
const seed = Number(process.env['TRUNKLINE_SEED'] ?? 20_260_101);
const numRuns = Number(process.env['TRUNKLINE_RUNS'] ?? 500);

test.each([
  { direction: 'inbound', begin: () => inboundStory() },
  { direction: 'outbound', begin: () => outboundStory() },
])(
  'whoever heard 100 Trying hears one final response, each attempt has one record, and nothing is left: $direction',
  async ({ direction, begin }) => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(happenings, async (steps) => {
        const world = { story: begin(), outbound: direction === 'outbound' };
        for (const step of steps) await happen(world, step);
        await everythingEnds(world);
        await assertNothingLeft(world.story);
        for (const record of world.story.log.records) outcomes.add(record.outcome);
      }),
      { seed, numRuns },
    );
    // The stories are worth telling only if they end in many ways.
    expect([...outcomes].sort()).toEqual(expect.arrayContaining(['cancelled', 'completed', 'failed', 'refused']));
  },
  120_000,
);

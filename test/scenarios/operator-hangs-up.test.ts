import { expect, test } from 'vitest';
import { assertNothingLeft } from './language/nothing-left.ts';
import { phaseStories } from './language/phases.ts';
import { inboundStory, type Story } from './language/stories.ts';

const calledOff = { finals: [480], ended_by: 'trunkline', cause: 'hung-up-by-operator' };

/** What the callers hear, and who ended the call, when the operator hangs up in each phase. */
const expected: Readonly<Record<string, { finals: number[]; ended_by: string; cause: string }>> = {
  offering: calledOff,
  calling: calledOff,
  early: calledOff,
  answering: calledOff,
  answered: { ...calledOff, finals: [200] },
  agreeing: { ...calledOff, finals: [200] },
  confirmed: { ...calledOff, finals: [200] },
  modifying: { ...calledOff, finals: [200] },
  // Over before: the first reason stays.
  cancelling: { finals: [487], ended_by: 'caller', cause: 'caller-cancelled' },
  'bye-pending': { finals: [200], ended_by: 'callee', cause: 'callee-hung-up' },
  releasing: { finals: [200], ended_by: 'caller', cause: 'caller-hung-up' },
};

test.each(phaseStories)('in $phase', async ({ phase, reach }) => {
  const story = inboundStory();
  const call = await reach(story);
  expect(phaseOf(story)).toBe(phase);

  const { id = '' as never } = story.edge.calls.all()[0]?.state.facts ?? {};
  expect(story.edge.hangUp(id)).toBe(expected[phase]?.cause === 'hung-up-by-operator');
  await story.passes(0);
  story.relay.goesOn();
  await call.acks();
  if (phase === 'calling') await story.bob.ring.rings();
  if (phase === 'cancelling') await story.bob.ring.refuses(487);

  await assertNothingLeft(story);
  const { finals, ...ending } = expected[phase] ?? calledOff;
  expect(call.finals).toEqual(finals);
  expect(story.record).toMatchObject(ending);
});

function phaseOf({ edge }: Story): string | undefined {
  return edge.calls.all()[0]?.state.phase;
}

import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { phaseStories } from './language/phases.ts';
import { inboundStory } from './language/stories.ts';

const over: Readonly<Record<string, string>> = {
  cancelling: 'caller-cancelled',
  'bye-pending': 'callee-hung-up',
  releasing: 'caller-hung-up',
};

test.each(phaseStories)(
  'in $phase: the call is over, its media released, its record written',
  async ({ phase, reach }) => {
    const story = inboundStory();
    await reach(story);
    expect(story.edge.calls.all()[0]?.state.phase).toBe(phase);

    await story.network.loses();
    story.relay.goesOn();

    await assertNothingLeft(story);
    expect(story.record.cause).toBe(over[phase] ?? 'signalling-lost');
  },
);

test('the next call, on the new connection, is a call like any other', async () => {
  const story = inboundStory();
  await story.alice.invites(numbers.ours);
  await story.network.loses();

  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.answers(story.bobsSdp);
  await call.acks();
  await call.hangsUp();
  await assertNothingLeft(story);
  expect(story.log.records.map(({ outcome }) => outcome)).toEqual(['failed', 'completed']);
});

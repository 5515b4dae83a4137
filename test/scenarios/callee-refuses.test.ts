import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { inboundStory } from './language/stories.ts';

test.each([
  { says: 486, heard: 486, outcome: 'busy', cause: 'callee-busy' },
  { says: 600, heard: 600, outcome: 'busy', cause: 'callee-busy' },
  { says: 603, heard: 603, outcome: 'declined', cause: 'callee-declined' },
  { says: 480, heard: 480, outcome: 'no-answer', cause: 'callee-unavailable' },
  { says: 404, heard: 404, outcome: 'failed', cause: 'callee-not-found' },
  { says: 488, heard: 488, outcome: 'failed', cause: 'callee-refused' },
  { says: 302, heard: 500, outcome: 'failed', cause: 'callee-refused' },
  { says: 500, heard: 503, outcome: 'failed', cause: 'gateway-failed' },
])('bob rings and answers $says: alice hears $heard', async ({ says, heard, outcome, cause }) => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  await story.bob.ring.refuses(says);

  expect(call.heard).toEqual([100, 180, heard]);
  expect(call.reason).toBe(cause);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({
    outcome,
    cause,
    ended_by: 'callee',
    status: heard,
    attempts: [{ status: says }],
  });
});

test('bob is not reachable', async () => {
  const story = inboundStory();
  story.bob.isUnreachable = true;
  const call = await story.alice.invites(numbers.ours);

  expect(call.finals).toEqual([503]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'failed', status: 503 });
});

test('the SIP server cannot send to the address of the agent at all', async () => {
  const story = inboundStory();
  story.network.unsendable.add('sip:+4930123456@198.51.100.20');
  const call = await story.alice.invites(numbers.ours);

  expect(call.finals).toEqual([503]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'gateway-unreachable', attempts: [{ status: null }] });
});

import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { inboundStory } from './language/stories.ts';

test('bob rings for as long as he may, and is cancelled', async () => {
  const story = inboundStory({ deadlines_ms: { early: 60_000 } });
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  await story.passes(59_999);
  expect(call.finals).toEqual([]);

  await story.passes(1);
  expect(call.finals).toEqual([480]);
  expect(call.reason).toBe('no-answer');
  expect(story.bob.ring.got).toEqual(['INVITE', 'CANCEL']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'no-answer', cause: 'no-answer', ended_by: 'trunkline' });
});

test('a second 180 does not prolong the ringing', async () => {
  const story = inboundStory({ deadlines_ms: { early: 60_000 } });
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  await story.passes(40_000);
  await story.bob.ring.rings();
  await story.passes(20_000);

  expect(call.finals).toEqual([480]);
  await assertNothingLeft(story);
});

test('bob says nothing at all', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.passes(8_000);

  expect(call.heard).toEqual([100, 504]);
  await assertNothingLeft(story);
  expect(story.bob.ring.got).toEqual(['INVITE']);
  expect(story.record).toMatchObject({ outcome: 'failed', cause: 'gateway-silent', attempts: [{ status: null }] });
});

test('bob answers after the ring deadline, crossing our CANCEL', async () => {
  const story = inboundStory({ deadlines_ms: { early: 60_000 } });
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  story.bob.ring.cancelIsSlow = true;
  await story.passes(60_000);
  await story.bob.ring.answers(story.bobsSdp);

  expect(call.finals).toEqual([480]);
  expect(story.bob.ring.got).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'no-answer', answered_at: null });
});

import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { inboundStory } from './language/stories.ts';

test('the callee plays an announcement before it answers', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.sendsEarlyMedia(story.bobsSdp);
  expect(call.heard).toEqual([100, 183]);
  expect(call.sdp).toContain('c=IN IP4 192.0.2.1');

  await story.bob.ring.answers(story.bobsSdp);
  await call.acks();
  await call.hangsUp();
  expect(call.heard).toEqual([100, 183, 200]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'completed', post_dial_delay_ms: 0 });
});

test('a 180 before the announcement', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  await story.bob.ring.sendsEarlyMedia(story.bobsSdp);
  await story.bob.ring.refuses(486);

  expect(call.heard).toEqual([100, 180, 183, 486]);
  await assertNothingLeft(story);
});

test('the announcement is still with the relay when the callee answers: its 183 comes too late to be sent', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  story.relay.stalls();
  await story.bob.ring.sendsEarlyMedia(story.bobsSdp);
  await story.bob.ring.answers(story.bobsSdp);
  story.relay.goesOn();
  await story.passes(0);

  expect(call.heard).toEqual([100, 200]);
  await call.acks();
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('a 183 without a session description rings', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings(183);
  await story.bob.ring.refuses(486);

  expect(call.heard).toEqual([100, 180, 486]);
  await assertNothingLeft(story);
});

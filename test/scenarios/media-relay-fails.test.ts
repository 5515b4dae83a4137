import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { connectInbound, inboundStory } from './language/stories.ts';

test('it refuses the offer: the caller hears 503, the callee nothing', async () => {
  const story = inboundStory();
  story.relay.refuses('offer');
  const call = await story.alice.invites(numbers.ours);

  expect(call.heard).toEqual([100, 503]);
  expect(call.reason).toBe('media-unavailable');
  expect(story.bob.received).toEqual([]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'failed', cause: 'media-unavailable', attempts: [] });
});

test('it is gone: the caller hears 503 when all tries are used up', async () => {
  const story = inboundStory();
  story.relay.dies();
  const call = await story.alice.invites(numbers.ours);
  await story.passes(2_100);
  expect(call.heard).toEqual([100, 503]);
  await story.passes(2_100);

  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'media-unavailable', media: null });
});

test('it takes the offer and never answers: the deadline ends the call', async () => {
  const story = inboundStory();
  story.relay.stalls();
  const call = await story.alice.invites(numbers.ours);
  await story.passes(5_000);
  expect(call.heard).toEqual([100, 503]);

  // Not even the release is answered: the record is written all the same.
  await story.passes(10_000);
  expect(story.record).toMatchObject({ cause: 'media-unavailable', media: null });
  expect(story.edge.calls.size).toBe(0);
  story.relay.goesOn();
  await assertNothingLeft(story);
});

test('it refuses the answer: the callee, which is up, is hung up', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  story.relay.refuses('answer');
  await story.bob.ring.answers(story.bobsSdp);

  expect(call.finals).toEqual([502]);
  expect(story.bob.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'failed', cause: 'answer-unusable', answered_at: null });
});

test('it dies while the callee rings: noticed when the callee answers', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  story.relay.dies();
  await story.bob.ring.answers(story.bobsSdp);
  await story.passes(2_100);
  expect(call.finals).toEqual([502]);
  await story.passes(2_100);
  await assertNothingLeft(story);
});

test('it refuses the early answer: the callee is cancelled', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  story.relay.refuses('answer');
  await story.bob.ring.sendsEarlyMedia(story.bobsSdp);

  expect(call.finals).toEqual([502]);
  expect(story.bob.ring.got).toEqual(['INVITE', 'CANCEL']);
  await assertNothingLeft(story);
});

test('it dies during the call: the parties hang up as they please, and no figures are told', async () => {
  const story = inboundStory();
  const { call } = await connectInbound(story);
  story.relay.dies();
  await call.hangsUp();
  await story.passes(2_100);

  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'completed', cause: 'caller-hung-up', media: null });
});

test('it dies during the call: a re-INVITE is refused, and the call goes on', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  story.relay.dies();
  await call.reinvites(story.alicesSdp);
  await story.passes(2_100);
  expect(call.reinviteHeard).toEqual([488]);
  expect(ring.got).toEqual(['INVITE', 'ACK']);
  expect(call.isUp).toBe(true);

  await ring.hangsUp();
  await story.passes(2_100);
  await assertNothingLeft(story);
});

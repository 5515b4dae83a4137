import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { inboundStory } from './language/stories.ts';

const cancelled = {
  outcome: 'cancelled',
  cause: 'caller-cancelled',
  ended_by: 'caller',
  status: 487,
  answered_at: null,
};

test('while the media relay has the offer: the callee never hears of the call', async () => {
  const story = inboundStory();
  story.relay.stalls();
  const call = await story.alice.invites(numbers.ours);
  await call.cancels();
  expect(call.heard).toEqual([100, 487]);
  story.relay.goesOn();

  await assertNothingLeft(story);
  expect(story.bob.received).toEqual([]);
  expect(story.record).toMatchObject({ ...cancelled, attempts: [] });
});

test('before the callee rings: the CANCEL waits for its first response', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await call.cancels();
  expect(call.heard).toEqual([100, 487]);
  // RFC 3261 §9.1
  expect(story.bob.ring.got).toEqual(['INVITE']);

  await story.bob.ring.rings();
  expect(story.bob.ring.got).toEqual(['INVITE', 'CANCEL']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ ...cancelled, attempts: [{ status: 487 }] });
});

test('before the callee rings, and it never says anything', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await call.cancels();
  await story.passes(5_000);

  expect(story.edge.calls.size).toBe(0);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ ...cancelled, attempts: [{ status: null }] });
});

test('while the callee rings', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  await story.passes(4_000);
  await call.cancels();

  expect(call.heard).toEqual([100, 180, 487]);
  expect(story.bob.ring.got).toEqual(['INVITE', 'CANCEL']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ ...cancelled, attempts: [{ status: 487 }] });
});

test('while the relay has the answer of the callee, which is up already and is hung up', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  story.relay.stalls();
  await story.bob.ring.answers(story.bobsSdp);
  await call.cancels();
  story.relay.goesOn();

  expect(call.heard).toEqual([100, 180, 487]);
  await assertNothingLeft(story);
  expect(story.bob.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);
  expect(story.record).toMatchObject(cancelled);
});

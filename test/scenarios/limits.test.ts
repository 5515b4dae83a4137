import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { connectInbound, inboundStory } from './language/stories.ts';

test('all channels of the trunk are in use; when one is free the next call is taken', async () => {
  const story = inboundStory({ trunk: { limits: { channels: 2, calls_per_second: null } } });
  const first = await connectInbound(story);
  const second = await connectInbound(story);
  const third = await story.alice.invites(numbers.ours);
  expect(third.heard).toEqual([100, 503]);
  expect(third.reason).toBe('channel-limit');

  await first.call.hangsUp();
  const fourth = await connectInbound(story);
  await second.call.hangsUp();
  await fourth.call.hangsUp();
  await assertNothingLeft(story);
  expect(story.log.records[0]).toMatchObject({
    cause: 'channel-limit',
    trunk: story.trunk.id,
    explanation: { decision: 'refused', cause: 'channel-limit', candidates: [{ chosen: true }] },
  });
});

test('more calls than the trunk takes in a second; refused ones do not count', async () => {
  const story = inboundStory({ trunk: { limits: { channels: null, calls_per_second: 2 } } });
  const statuses = async () => {
    const call = await story.alice.invites(numbers.ours);
    if (call.finals.length === 0) await story.bob.ring.refuses(486);
    return call.finals;
  };
  expect([await statuses(), await statuses(), await statuses(), await statuses()]).toEqual([
    [486],
    [486],
    [503],
    [503],
  ]);
  await story.passes(999);
  expect(await statuses()).toEqual([503]);
  await story.passes(1);
  expect(await statuses()).toEqual([486]);
  await assertNothingLeft(story);
  expect(story.log.records.filter(({ cause }) => cause === 'rate-limit')).toHaveLength(3);
});

test('the edge carries as many calls as it may', async () => {
  const story = inboundStory({ max_calls: 1 });
  const { call } = await connectInbound(story);
  const next = await story.alice.invites(numbers.ours);
  expect(next.heard).toEqual([100, 503]);
  expect(next.reason).toBe('overloaded');

  await call.hangsUp();
  await assertNothingLeft(story);
});

test('the trunks are not loaded yet', async () => {
  const story = inboundStory();
  story.isPolicyReady = false;
  const early = await story.alice.invites(numbers.ours);
  expect(early.heard).toEqual([100, 503]);
  story.isPolicyReady = true;
  const { call } = await connectInbound(story);
  await call.hangsUp();

  await assertNothingLeft(story);
  expect(story.log.records.map(({ cause }) => cause)).toEqual(['policy-not-ready', 'caller-hung-up']);
});

test('Max-Forwards is used up', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours, { max_forwards: 0 });
  expect(call.heard).toEqual([100, 483]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('too-many-hops');
});

test('a call takes one from Max-Forwards', async () => {
  const story = inboundStory();
  await story.alice.invites(numbers.ours, { max_forwards: 3 });
  expect(story.bob.ring.invite.headers['Max-Forwards']).toBe('2');
  await story.bob.ring.refuses(486);
  await assertNothingLeft(story);
});

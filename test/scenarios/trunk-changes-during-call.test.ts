import { expect, test } from 'vitest';
import { aTrunk, numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { connectInbound, inboundStory, outboundStory } from './language/stories.ts';

test('the trunk is deleted: the call goes on, its record knows the trunk, and the next call is a stranger’s', async () => {
  const story = inboundStory();
  const { call } = await connectInbound(story);
  story.remove(story.trunk);
  story.remove(story.agent);
  await story.passes(5_000);
  expect(call.isUp).toBe(true);
  await call.hangsUp();

  const next = await story.alice.invites(numbers.ours);
  expect(next.heard).toEqual([100, 401]);
  await story.passes(5_000);
  await assertNothingLeft(story);
  expect(story.log.records).toMatchObject([
    { trunk: story.trunk.id, trunk_name: 'Acme Telecom', cause: 'caller-hung-up' },
    { trunk: null, cause: 'source-unknown' },
  ]);
});

test('the gateways change while the first is tried: the call keeps those that it was admitted with', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from: numbers.ours });
  const dave = story.network.userAgent('dave', '203.0.113.99');
  story.put(aTrunk({ id: story.trunk.id, numbers: [{ agent: story.agent }], gateways: ['203.0.113.99'] }));
  await story.bob.ring.refuses(503);
  await story.carol.ring.refuses(486);
  expect(call.heard).toEqual([100, 486]);
  expect(dave.received).toEqual([]);

  const next = await story.alice.invites(numbers.callee, { from: numbers.ours });
  await dave.ring.refuses(486);
  expect(next.heard).toEqual([100, 486]);
  await assertNothingLeft(story);
});

test('the channel limit falls below what is in use: running calls go on', async () => {
  const story = inboundStory();
  const { call } = await connectInbound(story);
  story.put({ ...story.trunk, limits: { channels: 1, calls_per_second: null } });
  const next = await story.alice.invites(numbers.ours);

  expect(next.reason).toBe('channel-limit');
  expect(call.isUp).toBe(true);
  await call.hangsUp();
  await assertNothingLeft(story);
});

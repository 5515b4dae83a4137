import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { connectInbound, inboundStory } from './language/stories.ts';

test('a draining edge refuses the next call, and the running one goes on', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  story.edge.drain();

  const next = await story.alice.invites(numbers.ours);
  expect(next.heard).toEqual([100, 503]);
  expect(next.reason).toBe('draining');
  expect(call.isUp).toBe(true);

  await ring.hangsUp();
  await assertNothingLeft(story);
  expect(story.log.records.map(({ cause }) => cause)).toEqual(['draining', 'callee-hung-up']);
});

test('at shutdown every call is ended, whatever it is doing, and every open challenge is told', async () => {
  const story = inboundStory();
  const { call: up } = await connectInbound(story);
  const ringing = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  const stranger = story.network.userAgent('mallory', '192.0.2.66');
  await stranger.invites(numbers.ours);

  story.edge.drain();
  story.edge.challenges.close();
  story.edge.hangUpAll('shutdown');
  let empty = false;
  void story.edge.calls.empty(story.clock, 3_000).then(() => {
    empty = true;
  });
  await story.passes(0);

  expect(empty).toBe(true);
  expect(up.got).toEqual(['BYE']);
  expect(ringing.finals).toEqual([503]);
  await assertNothingLeft(story);
  expect(story.log.records.map(({ cause }) => cause).sort()).toEqual(['shutdown', 'shutdown', 'source-unknown']);
});

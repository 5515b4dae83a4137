import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { connectInbound, inboundStory } from './language/stories.ts';

const another = { another: true } as const;

test('the relay node of a call dies: both sides are asked to send to another one, and talk on', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  const before = [portOf(call.sdp), portOf(ring.sdp)];
  story.relay.losesNode(another);
  await story.clock.settle();
  expect(ring.got.at(-1)).toBe('re-INVITE');
  await ring.answersReinvite(story.bobsSdp);
  expect(call.got).toEqual(['re-INVITE']);
  await call.answersReinvite(story.alicesSdp);

  expect([portOf(call.sdp), portOf(ring.sdp)]).not.toEqual(before);
  expect(call.isUp && ring.isUp).toBe(true);
  await call.hangsUp();
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'completed', cause: 'caller-hung-up' });
});

test('and the node after it dies as well', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  for (let time = 0; time < 2; time++) {
    story.relay.losesNode(another);
    await story.clock.settle();
    await ring.answersReinvite(story.bobsSdp);
    await call.answersReinvite(story.alicesSdp);
  }
  expect(ring.got.filter((request) => request === 're-INVITE')).toHaveLength(2);
  await ring.hangsUp();
  await assertNothingLeft(story);
});

test.each([
  ['callee', 488],
  ['caller', 488],
] as const)('the %s refuses to move: the call is ended with a cause', async (who, status) => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  story.relay.losesNode(another);
  await story.clock.settle();
  if (who === 'callee') await ring.refusesReinvite(status);
  else {
    await ring.answersReinvite(story.bobsSdp);
    await call.refusesReinvite(status);
  }
  expect([call.byeCause, ring.byeCause]).toEqual(['media-lost', 'media-lost']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'failed', cause: 'media-lost', ended_by: 'trunkline' });
});

test('both sides are about to change the session themselves: they are asked again a little later', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  story.relay.losesNode(another);
  await story.clock.settle();
  await ring.refusesReinvite(491);
  await story.passes(2_200);
  await ring.answersReinvite(story.bobsSdp);
  await call.refusesReinvite(491);
  await story.passes(1_000);
  await call.answersReinvite(story.alicesSdp);
  expect(call.isUp && ring.isUp).toBe(true);
  await call.hangsUp();
  await assertNothingLeft(story);
  expect(story.record.outcome).toBe('completed');
});

test('a side does not answer: the call ends after a while of silence, and not after that of a transaction', async () => {
  const story = inboundStory();
  const { call } = await connectInbound(story);
  story.relay.losesNode(another);
  await story.passes(12_000);
  expect(call.byeCause).toBe('media-lost');
  await story.passes(32_000);
  await assertNothingLeft(story);
});

test('no other node is alive: the call is ended, and says why', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  story.relay.losesNode({ another: false });
  await story.passes(2_100);
  expect([call.byeCause, ring.byeCause]).toEqual(['media-lost', 'media-lost']);
  await story.passes(2_100);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('media-lost');
});

test.each(['before the callee rings', 'while it rings', 'before the ACK'] as const)(
  'the node dies %s: the call comes about, and is moved then',
  async (when) => {
    const story = inboundStory();
    const call = await story.alice.invites(numbers.ours);
    const { ring } = story.bob;
    if (when === 'before the callee rings') story.relay.losesNode(another);
    await ring.rings();
    if (when === 'while it rings') story.relay.losesNode(another);
    await ring.answers(story.bobsSdp);
    if (when === 'before the ACK') story.relay.losesNode(another);
    expect(call.finals).toEqual([200]);
    await call.acks();

    expect(ring.got.at(-1)).toBe('re-INVITE');
    await ring.answersReinvite(story.bobsSdp);
    await call.answersReinvite(story.alicesSdp);
    expect(call.isUp && ring.isUp).toBe(true);
    await ring.hangsUp();
    await assertNothingLeft(story);
    expect(story.record.outcome).toBe('completed');
  },
);

test('the node dies while a re-INVITE is on its way: that ends first', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  await call.reinvites(story.alicesSdp);
  story.relay.losesNode(another);
  await ring.answersReinvite(story.bobsSdp);
  expect(call.reinviteHeard).toEqual([200]);
  expect(ring.got.filter((request) => request === 're-INVITE')).toHaveLength(2);
  await ring.answersReinvite(story.bobsSdp);
  await call.answersReinvite(story.alicesSdp);
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('a re-INVITE while the call is being moved hears 491', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  story.relay.losesNode(another);
  await story.clock.settle();
  await call.reinvites(story.alicesSdp);
  expect(call.reinviteHeard).toEqual([491]);
  await ring.answersReinvite(story.bobsSdp);
  await call.answersReinvite(story.alicesSdp);
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('a side hangs up while the call is being moved', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  story.relay.losesNode(another);
  await story.clock.settle();
  await call.hangsUp();
  expect(ring.got.at(-1)).toBe('BYE');
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('caller-hung-up');
});

test('nobody sends any more: the call is ended with its cause', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  story.relay.hearsNothing();
  await story.clock.settle();
  expect([call.byeCause, ring.byeCause]).toEqual(['media-silent', 'media-silent']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'media-silent', ended_by: 'trunkline' });
});

test('nobody sends while the callee rings: that is how it should be', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  story.relay.hearsNothing();
  await story.bob.ring.answers(story.bobsSdp);
  await call.acks();
  expect(call.isUp).toBe(true);
  await call.hangsUp();
  await assertNothingLeft(story);
});

function portOf(sdp: string): string | undefined {
  return /^m=audio (\d+)/m.exec(sdp)?.[1];
}

import { expect, test } from 'vitest';
import { assertNothingLeft } from './language/nothing-left.ts';
import { sampleSdp } from './language/sample-sdp.ts';
import { connectInbound, inboundStory } from './language/stories.ts';

test('the caller puts the call on hold: the callee is asked, and its answer comes back', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  const portsBefore = [portOf(call.sdp), portOf(ring.sdp)];

  await call.reinvites(sampleSdp(story.alice.address, { direction: 'sendonly' }));
  expect(ring.got).toEqual(['INVITE', 'ACK', 're-INVITE']);
  expect(ring.sdp).toContain('a=sendonly');
  await ring.answersReinvite(sampleSdp(story.bob.address, { direction: 'recvonly' }));
  expect(call.reinviteHeard).toEqual([200]);
  expect(call.sdp).toContain('a=recvonly');
  expect([portOf(call.sdp), portOf(ring.sdp)]).toEqual(portsBefore);

  await call.hangsUp();
  await assertNothingLeft(story);
  expect(story.record.outcome).toBe('completed');
});

test('the callee changes the session', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  await ring.reinvites(story.bobsSdp);
  expect(call.got).toEqual(['re-INVITE']);
  await call.answersReinvite(story.alicesSdp);

  expect(ring.reinviteHeard).toEqual([200]);
  await ring.hangsUp();
  await assertNothingLeft(story);
});

test('the other side cannot: 488, and the call goes on as it was', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  await call.reinvites(story.alicesSdp);
  await ring.refusesReinvite(415);

  expect(call.reinviteHeard).toEqual([488]);
  expect(call.isUp && ring.isUp).toBe(true);
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('both sides at once: the later one hears 491', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  await call.reinvites(story.alicesSdp);
  await ring.reinvites(story.bobsSdp);
  expect(ring.reinviteHeard).toEqual([491]);

  await ring.answersReinvite(story.bobsSdp);
  expect(call.reinviteHeard).toEqual([200]);
  await ring.reinvites(story.bobsSdp);
  await call.answersReinvite(story.alicesSdp);
  expect(ring.reinviteHeard).toEqual([491, 200]);
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('the other side refuses with 491 itself: that is passed on', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  await call.reinvites(story.alicesSdp);
  await ring.refusesReinvite(491);
  expect(call.reinviteHeard).toEqual([491]);
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('the other side never answers the re-INVITE', async () => {
  const story = inboundStory();
  const { call } = await connectInbound(story);
  await call.reinvites(story.alicesSdp);
  await story.passes(32_000);

  expect(call.reinviteHeard).toEqual([488]);
  expect(call.isUp).toBe(true);
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('the callee hangs up instead of answering the re-INVITE', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  await call.reinvites(story.alicesSdp);
  await ring.hangsUp();

  expect(call.got).toEqual(['BYE']);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('callee-hung-up');
});

test('a re-INVITE of the callee before the ACK of the caller hears 491', async () => {
  const story = inboundStory();
  const call = await story.alice.invites('+4930123456');
  await story.bob.ring.answers(story.bobsSdp);
  await story.bob.ring.reinvites(story.bobsSdp);
  expect(story.bob.ring.reinviteHeard).toEqual([491]);
  await call.acks();
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('re-INVITEs do not prolong a call', async () => {
  const story = inboundStory({ deadlines_ms: { confirmed: 60_000, modifying: 60_000 } });
  const { call, ring } = await connectInbound(story);
  await story.passes(40_000);
  await call.reinvites(story.alicesSdp);
  await ring.answersReinvite(story.bobsSdp);
  await story.passes(20_000);

  expect(call.byeCause).toBe('duration-limit');
  expect(ring.got.at(-1)).toBe('BYE');
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'duration-limit', ended_by: 'trunkline', duration_ms: 60_000 });
});

function portOf(sdp: string): string | undefined {
  return /^m=audio (\d+)/m.exec(sdp)?.[1];
}

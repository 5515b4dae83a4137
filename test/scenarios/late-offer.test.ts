import { expect, test } from 'vitest';
import { numbers, plainMedia } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { g729, pcma, pcmu, sampleSdp, telephoneEvent } from './language/sample-sdp.ts';
import { inboundStory, outboundStory, type Story, type StoryOptions } from './language/stories.ts';

const outside = 'c=IN IP4 192.0.2.1';
const inside = 'c=IN IP4 192.0.2.2';

/** alice has no offer: bob has answered, and alice has ours. */
async function offered(options: StoryOptions = {}, transport: 'udp' | 'tls' = 'udp') {
  const story = inboundStory(options);
  const call = await story.alice.invites(numbers.ours, { sdp: null, transport });
  const { ring } = story.bob;
  await ring.rings();
  await ring.answers(story.bobsSdp);
  return { story, call, ring };
}

const phaseOf = ({ edge }: Story) => edge.calls.all()[0]?.state.phase;

test('the callee gets an ordinary offer, the caller ours in the 200, and its ACK agrees', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours, { sdp: null });
  const { ring } = story.bob;
  expect(ring.sdp).toContain(inside);
  expect(ring.sdp).toContain('RTP/AVP 0 8 101');
  await ring.rings();
  await ring.answers(sampleSdp(story.bob.address, { formats: [pcma, telephoneEvent] }));
  expect(call.heard).toEqual([100, 180, 200]);
  expect(call.sdp).toContain(outside);
  // What the callee sends, and what the relay can make of it.
  expect(call.sdp).toContain('PCMA/8000');
  expect(call.sdp).toContain('PCMU/8000');
  expect(phaseOf(story)).toBe('answered');

  await call.acks(sampleSdp(story.alice.address, { formats: [pcmu, telephoneEvent] }));
  expect(phaseOf(story)).toBe('confirmed');
  expect(ring.got).toEqual(['INVITE', 'ACK']);
  await call.hangsUp();
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'completed', cause: 'caller-hung-up', status: 200 });
  expect(story.record.ladder.map(({ from, text }) => `${from} ${text}`)).toContain('caller ACK with SDP');
});

test('an agent without an offer calls out', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from: numbers.ours, sdp: null });
  expect(story.bob.ring.sdp).toContain(outside);
  await story.bob.ring.answers(story.bobsSdp);
  await call.acks(story.alicesSdp);
  await story.bob.ring.hangsUp();
  expect(call.got).toEqual(['BYE']);
  await assertNothingLeft(story);
  expect(story.record.outcome).toBe('completed');
});

test('early media is not for a caller that has no session: it hears of ringing', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours, { sdp: null });
  await story.bob.ring.sendsEarlyMedia(story.bobsSdp);
  expect(call.heard).toEqual([100, 180]);
  expect(call.sdp).toBe('');
  await story.bob.ring.answers(story.bobsSdp);
  await call.acks(story.alicesSdp);
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('an ACK without an answer ends both sides, and says so', async () => {
  const { story, call, ring } = await offered();
  await call.acks();
  expect([call.byeCause, ring.byeCause]).toEqual(['caller-answer-missing', 'caller-answer-missing']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'failed', cause: 'caller-answer-missing', ended_by: 'caller' });
});

test.each([
  { what: 'a codec that was not offered', sdp: (a: string) => sampleSdp(a, { formats: [g729] }) },
  { what: 'nonsense', sdp: () => 'nonsense' },
  { what: 'SRTP that was not offered', sdp: (a: string) => sampleSdp(a, { secure: true }) },
])('an answer of $what ends both sides, and says so', async ({ sdp }) => {
  const { story, call, ring } = await offered();
  await call.acks(sdp(story.alice.address));
  expect([call.byeCause, ring.byeCause]).toEqual(['caller-answer-unusable', 'caller-answer-unusable']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'failed', cause: 'caller-answer-unusable' });
});

const srtp = { trunk: { media: { ...plainMedia, encryption: 'sdes' as const }, transport: 'tls' as const } };

test('SRTP is offered to a caller that has to speak it, and its answer without ends the call', async () => {
  const { story, call, ring } = await offered(srtp, 'tls');
  expect(call.sdp).toContain('RTP/SAVP');
  expect(call.sdp).toContain('a=crypto');
  expect(ring.sdp).not.toContain('a=crypto');
  await call.acks(story.alicesSdp);
  expect([call.byeCause, ring.byeCause]).toEqual(['caller-encryption-refused', 'caller-encryption-refused']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'failed', cause: 'caller-encryption-refused' });
});

test('SRTP with a caller that answers it', async () => {
  const { story, call } = await offered(srtp, 'tls');
  await call.acks(sampleSdp(story.alice.address, { secure: true }));
  await call.hangsUp();
  await assertNothingLeft(story);
  expect(story.record.outcome).toBe('completed');
});

test('no ACK at all: the call ends as any other', async () => {
  const { story, ring } = await offered();
  await story.passes(40_000);
  expect(ring.byeCause).toBe('ack-missing');
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('ack-missing');
});

test('the callee hangs up before the ACK: the caller is told after it', async () => {
  const { story, call, ring } = await offered();
  await ring.hangsUp();
  expect(call.got).toEqual([]);
  await call.acks(story.alicesSdp);
  expect(call.got).toEqual(['BYE']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'callee-hung-up', outcome: 'completed' });
});

test('the relay does not take the answer: both sides are told', async () => {
  const { story, call, ring } = await offered();
  story.relay.dies();
  await call.acks(story.alicesSdp);
  expect(phaseOf(story)).toBe('agreeing');
  await story.passes(5_000);
  expect([call.byeCause, ring.byeCause]).toEqual(['media-unavailable', 'media-unavailable']);
  story.relay.recovers();
  await assertNothingLeft(story);
});

test.each([
  { who: 'the caller', end: ({ call }: Awaited<ReturnType<typeof offered>>) => call.hangsUp() },
  { who: 'the callee', end: ({ ring }: Awaited<ReturnType<typeof offered>>) => ring.hangsUp() },
])('$who hangs up while the answer is with the relay', async ({ end }) => {
  const call = await offered();
  call.story.relay.stalls();
  await call.call.acks(call.story.alicesSdp);
  expect(phaseOf(call.story)).toBe('agreeing');
  await end(call);
  call.story.relay.goesOn();
  await assertNothingLeft(call.story);
});

test('the caller holds the call afterwards, and goes on', async () => {
  const { story, call, ring } = await offered();
  await call.acks(story.alicesSdp);
  await call.reinvites(sampleSdp(story.alice.address, { direction: 'sendonly' }));
  expect(ring.sdp).toContain('a=sendonly');
  await ring.answersReinvite(sampleSdp(story.bob.address, { direction: 'recvonly' }));
  expect(call.reinviteHeard).toEqual([200]);
  expect(call.sdp).toContain('a=recvonly');
  expect(phaseOf(story)).toBe('confirmed');
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('a call that began without an offer is taken to another node of the relay', async () => {
  const { story, call, ring } = await offered();
  await call.acks(story.alicesSdp);
  story.relay.losesNode({ another: true });
  await story.passes(0);
  expect(ring.got.at(-1)).toBe('re-INVITE');
  await ring.answersReinvite(story.bobsSdp);
  await call.answersReinvite(story.alicesSdp);
  expect(phaseOf(story)).toBe('confirmed');
  await call.hangsUp();
  await assertNothingLeft(story);
});

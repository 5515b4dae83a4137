import { expect, test } from 'vitest';
import { numbers, places, plainMedia } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { g722, g729, pcma, pcmu, sampleSdp, telephoneEvent } from './language/sample-sdp.ts';
import { inboundStory } from './language/stories.ts';

const from = places.carrier;
const srtp = { ...plainMedia, encryption: 'sdes' as const };

test('no codec in common', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours, { sdp: sampleSdp(from, { formats: [g729, telephoneEvent] }) });
  expect(call.heard).toEqual([100, 488]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'no-common-codec', trunk: story.trunk.id });
});

test('no audio at all', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours, {
    sdp: 'v=0\r\no=- 1 1 IN IP4 203.0.113.7\r\ns=-\r\nt=0 0\r\n',
  });
  expect(call.heard).toEqual([100, 488]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('no-common-codec');
});

test('no offer', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours, { sdp: null });
  expect(call.heard).toEqual([100, 488]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('offer-missing');
});

test('the callee is offered the codecs of the trunk, and the keys of the telephone', async () => {
  const story = inboundStory({ trunk: { media: { ...plainMedia, codecs: ['PCMA'] } } });
  await story.alice.invites(numbers.ours, { sdp: sampleSdp(from, { formats: [g722, pcmu, pcma, telephoneEvent] }) });
  expect(story.bob.ring.sdp).toContain('RTP/AVP 8 101');
  await story.bob.ring.refuses(486);
  await assertNothingLeft(story);
});

test('SRTP is required and not offered', async () => {
  const story = inboundStory({ trunk: { media: srtp } });
  const call = await story.alice.invites(numbers.ours);
  expect(call.heard).toEqual([100, 488]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('encryption-required');
});

test('SRTP with the carrier, plain RTP with the agent', async () => {
  const story = inboundStory({ trunk: { media: srtp } });
  const call = await story.alice.invites(numbers.ours, { sdp: sampleSdp(from, { secure: true }) });
  expect(story.bob.ring.sdp).toContain('RTP/AVP');
  expect(story.bob.ring.sdp).not.toContain('crypto');
  await story.bob.ring.answers(story.bobsSdp);
  expect(call.sdp).toContain('RTP/SAVP');
  await call.acks();
  await call.hangsUp();
  await assertNothingLeft(story);
});

import { expect, test } from 'vitest';
import { numbers, places, plainMedia } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { g722, g729, pcma, pcmu, sampleSdp, telephoneEvent } from './language/sample-sdp.ts';
import { inboundStory, outboundStory } from './language/stories.ts';

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

test('no offer, where our offer could be read by everybody', async () => {
  const story = inboundStory({ trunk: { media: srtp, transport: 'tls' } });
  const call = await story.alice.invites(numbers.ours, { sdp: null });
  expect(call.heard).toEqual([100, 488]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('encryption-without-tls');
});

test('the agent is offered the codecs of the trunk first, then what can be made of them', async () => {
  const story = inboundStory({ trunk: { media: { ...plainMedia, codecs: ['PCMA'] } } });
  await story.alice.invites(numbers.ours, { sdp: sampleSdp(from, { formats: [g722, pcmu, pcma, telephoneEvent] }) });
  expect(story.bob.ring.sdp).toContain('RTP/AVP 8 0 101');
  await story.bob.ring.refuses(486);
  await assertNothingLeft(story);
});

test('the carrier is offered the codecs of the trunk and no others', async () => {
  const story = outboundStory({ trunk: { media: { ...plainMedia, codecs: ['PCMA'] } } });
  const call = await story.alice.invites(numbers.callee, {
    from: numbers.ours,
    sdp: sampleSdp(story.alice.address, { formats: [pcmu, telephoneEvent] }),
  });
  expect(story.bob.ring.sdp).toContain('RTP/AVP 8 101');
  await story.bob.ring.answers(sampleSdp(story.bob.address, { formats: [g729] }));
  expect(call.finals).toEqual([502]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('answer-unusable');
});

test('SRTP is required and not offered', async () => {
  const story = inboundStory({ trunk: { media: srtp, transport: 'tls' } });
  const call = await story.alice.invites(numbers.ours, { transport: 'tls' });
  expect(call.heard).toEqual([100, 488]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('encryption-required');
});

test('SRTP is required, and its keys come over a transport that everybody can read', async () => {
  const story = inboundStory({ trunk: { media: srtp, transport: 'tls' } });
  const call = await story.alice.invites(numbers.ours, { sdp: sampleSdp(from, { secure: true }) });
  expect(call.heard).toEqual([100, 488]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('encryption-without-tls');
});

test('only SRTP is offered, on a trunk without', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours, {
    transport: 'tls',
    sdp: sampleSdp(from, { secure: true }),
  });
  expect(call.heard).toEqual([100, 488]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('encryption-not-enabled');
});

test('SRTP with the carrier, plain RTP with the agent', async () => {
  const story = inboundStory({ trunk: { media: srtp, transport: 'tls' } });
  const call = await story.alice.invites(numbers.ours, { transport: 'tls', sdp: sampleSdp(from, { secure: true }) });
  expect(story.bob.ring.sdp).toContain('RTP/AVP');
  expect(story.bob.ring.sdp).not.toContain('crypto');
  await story.bob.ring.answers(story.bobsSdp);
  expect(call.sdp).toContain('RTP/SAVP');
  await call.acks();
  await call.hangsUp();
  await assertNothingLeft(story);
});

test('SRTP where both can: offered beside RTP over TLS, and not at all without', async () => {
  const optional = { ...plainMedia, encryption: 'sdes-optional' as const };
  for (const transport of ['tls', 'udp'] as const) {
    const story = outboundStory({ trunk: { media: optional, transport } });
    const call = await story.alice.invites(numbers.callee, { from: numbers.ours });
    expect(story.bob.ring.sdp).toContain('RTP/AVP');
    expect(story.bob.ring.sdp.includes('crypto')).toBe(transport === 'tls');
    await story.bob.ring.answers(story.bobsSdp);
    expect(call.finals).toEqual([200]);
    await call.acks();
    await call.hangsUp();
    await assertNothingLeft(story);
  }
});

test('the carrier answers without the SRTP that its trunk requires', async () => {
  const story = outboundStory({ trunk: { media: srtp, transport: 'tls' } });
  const call = await story.alice.invites(numbers.callee, { from: numbers.ours });
  expect(story.bob.ring.sdp).toContain('RTP/SAVP');
  await story.bob.ring.answers(story.bobsSdp);
  expect(call.finals).toEqual([488]);
  expect(story.bob.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('encryption-refused');
});

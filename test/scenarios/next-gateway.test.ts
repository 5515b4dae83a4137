import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { outboundStory } from './language/stories.ts';

const from = numbers.ours;

test('the first gateway is silent: the second is tried, and answers', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from });
  await story.passes(8_000);
  expect(story.carol.ring.got).toEqual(['INVITE']);
  await story.carol.ring.rings();
  await story.carol.ring.answers(story.bobsSdp);
  await call.acks();
  await call.hangsUp();

  expect(call.heard).toEqual([100, 180, 200]);
  await assertNothingLeft(story);
  expect(story.record.attempts).toMatchObject([
    { target: '203.0.113.7:5060', status: null, reason: 'No answer in time' },
    { target: '203.0.113.8:5060', status: 200 },
  ]);
});

test('the gateway that was given up answers late: it is hung up, and nobody else hears of it', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from });
  await story.passes(8_000);
  await story.bob.ring.answers(story.bobsSdp);
  expect(story.bob.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);
  expect(call.heard).toEqual([100]);

  await story.carol.ring.answers(story.bobsSdp);
  await call.acks();
  expect(story.edge.calls.size).toBe(1);
  await call.hangsUp();

  await assertNothingLeft(story);
  expect(story.record.attempts).toMatchObject([{ status: null }, { status: 200 }]);
});

test.each([408, 500, 502, 503, 504])('the first gateway answers %i: the second is tried', async (status) => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from });
  await story.bob.ring.refuses(status);
  await story.carol.ring.answers(story.bobsSdp);
  await call.acks();
  await call.hangsUp();

  expect(call.heard).toEqual([100, 200]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'completed', attempts: [{ status }, { status: 200 }] });
});

test('the first gateway cannot be reached: the second is tried', async () => {
  const story = outboundStory();
  story.bob.isUnreachable = true;
  const call = await story.alice.invites(numbers.callee, { from });
  await story.carol.ring.refuses(486);

  expect(call.heard).toEqual([100, 486]);
  await assertNothingLeft(story);
  expect(story.record.attempts).toHaveLength(2);
});

test.each([403, 404, 484, 486, 600, 603])(
  'the first gateway answers %i: that is the callee, no second INVITE',
  async (status) => {
    const story = outboundStory();
    const call = await story.alice.invites(numbers.callee, { from });
    await story.bob.ring.refuses(status);

    expect(call.heard).toEqual([100, status]);
    expect(story.carol.received).toEqual([]);
    await assertNothingLeft(story);
    expect(story.record.attempts).toHaveLength(1);
  },
);

test('the callee was heard ringing at the first gateway: it is not rung again at the second', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from });
  await story.bob.ring.rings();
  await story.bob.ring.refuses(503);

  expect(call.heard).toEqual([100, 180, 503]);
  expect(story.carol.received).toEqual([]);
  await assertNothingLeft(story);
});

test('the SIP server cannot send to the first gateway at all: the second is tried, and is the one that is hung up', async () => {
  const story = outboundStory();
  story.network.unsendable.add('sip:+498912345678@203.0.113.7:5060');
  const call = await story.alice.invites(numbers.callee, { from });
  await story.carol.ring.answers(story.bobsSdp);
  await call.acks();
  await call.hangsUp();

  expect(story.carol.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);
  await assertNothingLeft(story);
  expect(story.record.attempts).toMatchObject([{ status: null, reason: 'invalid request-uri' }, { status: 200 }]);
});

test('all gateways fail', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from });
  await story.bob.ring.refuses(503);
  await story.passes(8_000);

  expect(call.heard).toEqual([100, 504]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({
    outcome: 'failed',
    cause: 'gateway-silent',
    attempts: [{ status: 503 }, { status: null }],
  });
});

test('the caller cancels while the second gateway is tried', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from });
  await story.bob.ring.refuses(503);
  await call.cancels();
  await story.carol.ring.rings();

  expect(story.carol.ring.got).toEqual(['INVITE', 'CANCEL']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'cancelled', attempts: [{ status: 503 }, { status: 487 }] });
});

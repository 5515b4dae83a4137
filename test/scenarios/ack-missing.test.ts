import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { inboundStory } from './language/stories.ts';

test('the caller never acknowledges the 200: the SIP server ends the dialog, and the callee is hung up', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.answers(story.bobsSdp);
  await story.passes(31_999);
  expect(story.bob.ring.isUp).toBe(true);

  await story.passes(1);
  expect(call.got).toEqual(['BYE']);
  expect(story.bob.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'ack-missing', ended_by: 'caller' });
});

test('the callee hangs up before the ACK: the caller hears its BYE only after the ACK', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.answers(story.bobsSdp);
  await story.bob.ring.hangsUp();
  // RFC 3261 §15
  expect(call.got).toEqual([]);

  await call.acks();
  expect(call.got).toEqual(['BYE']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'callee-hung-up', ended_by: 'callee', outcome: 'completed' });
});

test('the callee hangs up before the ACK, which never comes', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.answers(story.bobsSdp);
  await story.bob.ring.hangsUp();
  await story.passes(32_000);

  expect(call.got).toEqual(['BYE']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'callee-hung-up', ended_by: 'callee' });
});

test('the callee hangs up while its own answer is with the relay', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  story.relay.stalls();
  await story.bob.ring.answers(story.bobsSdp);
  await story.bob.ring.hangsUp();
  story.relay.goesOn();

  expect(call.finals).toEqual([480]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'callee-hung-up', ended_by: 'callee', answered_at: null });
});

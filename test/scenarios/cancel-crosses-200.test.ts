import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { inboundStory } from './language/stories.ts';

test('the callee answers before our CANCEL reaches it: the call is acknowledged, and hung up', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  const { ring } = story.bob;
  await ring.rings();
  ring.cancelIsSlow = true;

  await call.cancels();
  await ring.answers(story.bobsSdp);

  expect(call.heard).toEqual([100, 180, 487]);
  expect(ring.got).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'cancelled', cause: 'caller-cancelled', status: 487, duration_ms: 0 });
});

test('the callee answers without ever ringing, while our CANCEL waits for a provisional response', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await call.cancels();
  await story.bob.ring.answers(story.bobsSdp);

  expect(story.bob.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'cancelled', cause: 'caller-cancelled' });
});

test('the caller cancels before our 200 reaches the SIP server, which answers 487', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours);
  await story.bob.ring.rings();
  story.network.stalls();
  await story.bob.ring.answers(story.bobsSdp);
  await call.cancels();
  await story.network.catchesUp();

  expect(call.heard.at(-1)).toBe(487);
  await assertNothingLeft(story);
  expect(story.bob.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);
  expect(story.record).toMatchObject({
    outcome: 'cancelled',
    cause: 'caller-cancelled',
    status: 487,
    answered_at: null,
  });
});

test.each([
  { server: 'does nothing, and the caller hangs up itself', hangsUpWhenLate: false, got: [] },
  { server: 'hangs up', hangsUpWhenLate: true, got: ['BYE'] },
])(
  'the caller cancels after our 200 reached it: too late, the SIP server $server',
  async ({ hangsUpWhenLate, got }) => {
    const story = inboundStory();
    const call = await story.alice.invites(numbers.ours);
    await story.bob.ring.answers(story.bobsSdp);
    await call.cancels({ hangsUpWhenLate });
    await call.acks();
    await call.hangsUp();

    expect(call.finals).toEqual([200]);
    expect(call.got).toEqual(got);
    await assertNothingLeft(story);
    expect(story.bob.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);
    expect(story.record).toMatchObject({ outcome: 'completed', cause: 'caller-hung-up', ended_by: 'caller' });
  },
);

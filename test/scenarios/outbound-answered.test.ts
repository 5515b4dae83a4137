import { expect, test } from 'vitest';
import { authorizationFor } from './language/authorization.ts';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { outboundStory } from './language/stories.ts';

const runtime = { username: 'support-bot', password: 'correct horse' };
const carrier = { username: 'acme-49', password: 'battery staple' };

test('an agent proves its password, the carrier asks for ours, and they talk', async () => {
  const story = outboundStory({ agent: { acl: [], credentials: runtime }, trunk: { credentials: carrier } });
  const { alice, bob } = story;

  const challenged = await alice.invites(numbers.callee, { from: numbers.ours });
  expect(challenged.heard).toEqual([100, 401]);
  expect(bob.received).toEqual([]);

  const authorization = authorizationFor(challenged, numbers.callee, runtime);
  const { sip_call_id } = challenged;
  const call = await alice.invites(numbers.callee, { from: numbers.ours, authorization, sip_call_id });
  expect(bob.ring.invite).toMatchObject({
    uri: 'sip:+498912345678@203.0.113.7:5060',
    from: 'sip:+4930123456@localhost',
  });
  expect(bob.ring.credentials).toBeNull();

  await bob.ring.refuses(401);
  expect(bob.ring.credentials).toEqual(carrier);
  await bob.ring.rings();
  await bob.ring.answers(story.bobsSdp);
  await call.acks();
  await story.passes(10_000);
  await bob.ring.hangsUp();

  expect(call.heard).toEqual([100, 180, 200]);
  expect(call.got).toEqual(['BYE']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({
    direction: 'outbound',
    admitted_by: { by: 'digest', detail: 'support-bot' },
    outcome: 'completed',
    cause: 'callee-hung-up',
    attempts: [{ target: '203.0.113.7:5060', uri: 'sip:+498912345678@203.0.113.7:5060', status: 200 }],
  });
  expect(JSON.stringify(story.log.events)).not.toMatch(/correct horse|battery staple/);
});

test('an agent known by its address calls, and hangs up', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from: numbers.ours });
  await story.bob.ring.answers(story.bobsSdp);
  await call.acks();
  await call.hangsUp();

  expect(story.bob.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ admitted_by: { by: 'acl' }, outcome: 'completed', cause: 'caller-hung-up' });
});

test('the carrier refuses our password', async () => {
  const story = outboundStory({ trunk: { credentials: carrier } });
  const call = await story.alice.invites(numbers.callee, { from: numbers.ours });
  await story.bob.ring.refuses(401);
  await story.bob.ring.refuses(401);

  expect(call.heard).toEqual([100, 503]);
  expect(story.carol.received).toEqual([]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ outcome: 'failed', cause: 'credentials-refused', attempts: [{ status: 401 }] });
});

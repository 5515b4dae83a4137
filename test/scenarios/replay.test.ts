import { expect, test } from 'vitest';
import { authorizationFor } from './language/authorization.ts';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { outboundStory } from './language/stories.ts';

const runtime = { username: 'support-bot', password: 'correct horse' };

test('a response that is sent again is asked for anew', async () => {
  const story = outboundStory({ agent: { acl: [], credentials: runtime } });
  const { alice, bob } = story;
  const from = numbers.ours;
  const invites = async (authorization?: string, sip_call_id?: string) => {
    const more = { ...(authorization === undefined ? {} : { authorization }), ...(sip_call_id && { sip_call_id }) };
    return alice.invites(numbers.callee, { from, ...more });
  };

  const challenged = await invites();
  const authorization = authorizationFor(challenged, numbers.callee, runtime);
  await invites(authorization, challenged.sip_call_id);
  await bob.ring.refuses(486);

  const overheard = await invites(authorization);
  expect(overheard.heard).toEqual([100, 401]);
  expect(overheard.www_authenticate.join()).toContain('stale=true');
  expect(bob.received).toHaveLength(1);

  // The challenge to it stays unanswered, and becomes a record of its own.
  await story.passes(5_000);
  await assertNothingLeft(story);
  expect(story.log.records.map(({ cause }) => cause)).toEqual(['callee-busy', 'source-unknown']);
});

test('calls that begin in the same millisecond share a nonce, and each is taken', async () => {
  const story = outboundStory({ agent: { acl: [], credentials: runtime } });
  const { alice, bob } = story;
  const other = '+498912345679';
  const [one, two] = [
    await alice.invites(numbers.callee, { from: numbers.ours }),
    await alice.invites(other, { from: numbers.ours }),
  ];
  expect(one.www_authenticate).toEqual(two.www_authenticate);
  for (const [call, number] of [
    [one, numbers.callee],
    [two, other],
  ] as const) {
    const authorization = authorizationFor(call, number, runtime);
    await alice.invites(number, { from: numbers.ours, authorization, sip_call_id: call.sip_call_id });
    await bob.ring.refuses(486);
  }
  expect(bob.received).toHaveLength(2);
  await assertNothingLeft(story);
});

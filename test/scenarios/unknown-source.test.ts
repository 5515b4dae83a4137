import { expect, test } from 'vitest';
import { authorizationFor } from './language/authorization.ts';
import { numbers, places } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { inboundStory } from './language/stories.ts';

const carrier = { username: 'acme-49', password: 'battery staple' };

test('a stranger is challenged and does not come back: one record, saying which trunk has the number and why not', async () => {
  const story = inboundStory();
  const mallory = story.network.userAgent('mallory', places.stranger);
  const call = await mallory.invites(numbers.ours);
  expect(call.heard).toEqual([100, 401]);
  expect(story.edge.challenges.size).toBe(1);
  expect(story.log.records).toEqual([]);

  await story.passes(5_000);
  await assertNothingLeft(story);
  expect(story.log.types).toEqual(['call.refused']);
  expect(story.record).toMatchObject({
    account: story.trunk.account,
    trunk: story.trunk.id,
    cause: 'source-unknown',
    outcome: 'refused',
    status: 401,
    explanation: {
      decision: 'challenged',
      candidates: [
        {
          name: 'Acme Telecom',
          found_by: ['number'],
          chosen: false,
          left_out: 'source-not-in-acl',
          detail: '192.0.2.66 is in none of 203.0.113.7/32',
        },
      ],
    },
  });
});

test('strangers are not told whether a number or a user exists', async () => {
  const story = inboundStory({ trunk: { credentials: carrier, acl: [] } });
  const mallory = story.network.userAgent('mallory', places.stranger);
  const ours = await mallory.invites(numbers.ours);
  const nobodys = await mallory.invites('+4930999999');
  expect(nobodys.www_authenticate).toEqual(ours.www_authenticate);

  const guesses = [carrier.username, 'nobody'].map((username) => ({ username, password: 'guess' }));
  const heard = [];
  for (const [index, guess] of guesses.entries()) {
    const challenged = [ours, nobodys][index] ?? ours;
    const { sip_call_id } = challenged;
    const authorization = authorizationFor(challenged, numbers.ours, guess);
    const call = await mallory.invites(numbers.ours, { authorization, sip_call_id });
    heard.push({ statuses: call.heard, reason: call.reason });
  }
  expect(heard).toEqual([
    { statuses: [100, 403], reason: 'bad-credentials' },
    { statuses: [100, 403], reason: 'bad-credentials' },
  ]);
  await assertNothingLeft(story);
});

test('a carrier without access list proves its password', async () => {
  const story = inboundStory({ trunk: { credentials: carrier, acl: [] } });
  const challenged = await story.alice.invites(numbers.ours);
  await story.passes(1_000);
  const authorization = authorizationFor(challenged, numbers.ours, carrier);
  const call = await story.alice.invites(numbers.ours, { authorization, sip_call_id: challenged.sip_call_id });
  await story.bob.ring.answers(story.bobsSdp);
  await call.acks();
  await call.hangsUp();

  await assertNothingLeft(story);
  expect(story.log.types).toEqual(['call.attempted', 'call.answered', 'call.ended']);
  expect(story.record.admitted_by).toEqual({ by: 'digest', detail: 'acme-49' });
});

test('a wrong password: 403, and the record names the trunk whose password it is not', async () => {
  const story = inboundStory({ trunk: { credentials: carrier, acl: [] } });
  const challenged = await story.alice.invites(numbers.ours);
  const { sip_call_id } = challenged;
  const authorization = authorizationFor(challenged, numbers.ours, { ...carrier, password: 'wrong' });
  const call = await story.alice.invites(numbers.ours, { authorization, sip_call_id });

  expect(call.heard).toEqual([100, 403]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({
    cause: 'bad-credentials',
    status: 403,
    explanation: { candidates: [{ name: 'Acme Telecom', left_out: 'credentials-wrong', found_by: ['digest'] }] },
  });
});

test('a stale nonce: challenged again, with the word stale, and admitted at the next try', async () => {
  const story = inboundStory({ trunk: { credentials: carrier, acl: [] } });
  const first = await story.alice.invites(numbers.ours);
  const { sip_call_id } = first;
  await story.passes(61_000);
  expect(story.record.cause).toBe('source-unknown');

  const late = authorizationFor(first, numbers.ours, carrier);
  const second = await story.alice.invites(numbers.ours, { authorization: late });
  expect(second.heard).toEqual([100, 401]);
  expect(second.www_authenticate.join()).toContain('stale=true');
  expect(second.sip_call_id).not.toBe(sip_call_id);

  const authorization = authorizationFor(second, numbers.ours, carrier);
  const call = await story.alice.invites(numbers.ours, { authorization, sip_call_id: second.sip_call_id });
  await story.bob.ring.refuses(486);
  expect(call.heard).toEqual([100, 486]);
  await assertNothingLeft(story);
  expect(story.log.records.map(({ cause }) => cause)).toEqual(['source-unknown', 'callee-busy']);
});

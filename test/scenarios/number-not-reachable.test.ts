import { expect, test } from 'vitest';
import { accounts, anAgent, aTrunk, numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { connectInbound, inboundStory } from './language/stories.ts';

test('a number that nobody has', async () => {
  const story = inboundStory();
  const call = await story.alice.invites('+4930999999');

  expect(call.heard).toEqual([100, 404]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({
    cause: 'number-unknown',
    status: 404,
    explanation: {
      candidates: [{ left_out: 'number-not-on-trunk', detail: '+4930999999 is not among the 1 number of the trunk' }],
    },
  });
});

test('a number without agent', async () => {
  const story = inboundStory({ trunk: { numbers: [{ agent: null }] } });
  const call = await story.alice.invites(numbers.ours);

  expect(call.heard).toEqual([100, 404]);
  expect(call.reason).toBe('number-without-agent');
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'number-without-agent', trunk: story.trunk.id });
});

test('an agent that is switched off', async () => {
  const story = inboundStory({ agent: { is_active: false } });
  const call = await story.alice.invites(numbers.ours);

  expect(call.heard).toEqual([100, 480]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('agent-inactive');
});

test('two tenants of one carrier have the same addresses: the number tells them apart', async () => {
  const story = inboundStory();
  const theirAgent = anAgent({ account: accounts.other, name: 'Sales', uri: 'sip:198.51.100.30', acl: [] });
  const carol = story.network.userAgent('carol', '198.51.100.30');
  story.put(theirAgent);
  story.put(
    aTrunk({ account: accounts.other, name: 'Other', numbers: [{ number: '+4930777777', agent: theirAgent }] }),
  );

  await story.alice.invites('+4930777777');
  await carol.ring.refuses(486);
  await story.alice.invites(numbers.ours);
  await story.bob.ring.refuses(486);
  await assertNothingLeft(story);
  expect(story.log.records).toMatchObject([
    { account: accounts.other, trunk_name: 'Other', agent_name: 'Sales' },
    { account: accounts.acme, trunk_name: 'Acme Telecom', agent_name: 'Support' },
  ]);
});

test('two tenants claim the same number behind the same address: nobody gets the call', async () => {
  const story = inboundStory();
  const theirAgent = anAgent({ account: accounts.other, name: 'Sales', acl: [] });
  story.put(theirAgent);
  story.put(aTrunk({ account: accounts.other, name: 'Other', numbers: [{ agent: theirAgent }] }));
  const call = await story.alice.invites(numbers.ours);

  expect(call.heard).toEqual([100, 485]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({
    account: null,
    cause: 'number-ambiguous',
    explanation: { candidates: [{ left_out: 'ambiguous' }, { left_out: 'ambiguous' }], candidates_total: 2 },
  });
});

test('an inactive trunk refuses the next call, while the running one goes on', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);
  story.put({ ...story.trunk, is_active: false });

  const next = await story.alice.invites(numbers.ours);
  expect(next.heard).toEqual([100, 403]);
  await story.passes(10_000);
  expect(call.isUp).toBe(true);

  await ring.hangsUp();
  await assertNothingLeft(story);
  expect(story.log.records.map(({ cause }) => cause)).toEqual(['trunk-inactive', 'callee-hung-up']);
});

test('an expired trunk', async () => {
  const story = inboundStory();
  story.put({ ...story.trunk, expires_at: story.clock.now() });
  const call = await story.alice.invites(numbers.ours);

  expect(call.heard).toEqual([100, 403]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('trunk-expired');
});

test('a trunk for outbound calls only', async () => {
  const story = inboundStory({ trunk: { direction: 'outbound' } });
  const call = await story.alice.invites(numbers.ours);

  expect(call.heard).toEqual([100, 403]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('inbound-disabled');
});

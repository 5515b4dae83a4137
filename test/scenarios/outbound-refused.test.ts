import { expect, test } from 'vitest';
import { accounts, anAgent, aTrunk, numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { outboundStory } from './language/stories.ts';

const from = numbers.ours;

test('the caller number is on no trunk of the account', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from: '+4930555555' });
  expect(call.heard).toEqual([100, 403]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({
    cause: 'caller-number-not-owned',
    agent: story.agent.id,
    explanation: { candidates: [{ kind: 'agent', left_out: 'caller-number-not-on-trunk' }] },
  });
});

test('the caller number is another account’s', async () => {
  const story = outboundStory();
  const other = anAgent({ account: accounts.other, acl: [] });
  story.put(other);
  story.put(aTrunk({ account: accounts.other, name: 'Other', numbers: [{ number: '+4930777777', agent: other }] }));
  const call = await story.alice.invites(numbers.callee, { from: '+4930777777' });
  expect(call.heard).toEqual([100, 403]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'caller-number-not-owned', account: accounts.acme });
});

test('an anonymous caller', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from: null });
  expect(call.heard).toEqual([100, 403]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('caller-number-missing');
});

test.each(['weather', '+0123', '123456789012345678901'])('the called number is %s', async (called) => {
  const story = outboundStory();
  const call = await story.alice.invites(called, { from });
  expect(call.heard).toEqual([100, 484]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('callee-number-invalid');
});

test.each([
  { what: 'inactive', trunk: { is_active: false }, status: 403, cause: 'trunk-inactive' },
  { what: 'for inbound calls only', trunk: { direction: 'inbound' as const }, status: 403, cause: 'outbound-disabled' },
  { what: 'without gateway', trunk: { gateways: [] }, status: 503, cause: 'no-gateway' },
])('the trunk is $what', async ({ trunk, status, cause }) => {
  const story = outboundStory();
  story.put(aTrunk({ id: story.trunk.id, numbers: [{ agent: story.agent }], ...trunk }));
  const call = await story.alice.invites(numbers.callee, { from });
  expect(call.heard).toEqual([100, status]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause, trunk: story.trunk.id });
});

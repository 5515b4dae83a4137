import { expect, test } from 'vitest';
import { accounts, anAgent, aTrunk, numbers, places } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { createScenario } from './language/scenario.ts';
import { connectInbound, inboundStory, outboundStory } from './language/stories.ts';

test('all channels of the trunk are in use; when one is free the next call is taken', async () => {
  const story = inboundStory({ trunk: { limits: { channels: 2, calls_per_second: null } } });
  const first = await connectInbound(story);
  const second = await connectInbound(story);
  const third = await story.alice.invites(numbers.ours);
  expect(third.heard).toEqual([100, 503]);
  expect(third.reason).toBe('channel-limit');

  await first.call.hangsUp();
  const fourth = await connectInbound(story);
  await second.call.hangsUp();
  await fourth.call.hangsUp();
  await assertNothingLeft(story);
  expect(story.log.records[0]).toMatchObject({
    cause: 'channel-limit',
    trunk: story.trunk.id,
    explanation: { decision: 'refused', cause: 'channel-limit', candidates: [{ chosen: true }] },
  });
});

test('a carrier hears 486 beyond a limit where the trunk says so, and an agent 503 all the same', async () => {
  const one = { channels: 1, calls_per_second: null };
  const inbound = inboundStory({ trunk: { limits: one, over_limit: 'busy' } });
  const first = await connectInbound(inbound);
  const second = await inbound.alice.invites(numbers.ours);
  expect(second).toMatchObject({ heard: [100, 486], reason: 'channel-limit' });
  await first.call.hangsUp();
  await assertNothingLeft(inbound);
  expect(inbound.log.records[0]).toMatchObject({ cause: 'channel-limit', status: 486 });

  const outbound = outboundStory({ trunk: { limits: one, over_limit: 'busy' } });
  const call = await outbound.alice.invites(numbers.callee, { from: numbers.ours });
  const next = await outbound.alice.invites(numbers.callee, { from: numbers.ours });
  expect(next).toMatchObject({ heard: [100, 503], reason: 'channel-limit' });
  await outbound.bob.ring.rings();
  await call.cancels();
  await assertNothingLeft(outbound);
});

test('what is no limit is answered as ever on a trunk that says busy', async () => {
  const story = inboundStory({ trunk: { over_limit: 'busy', numbers: [{ agent: null }] } });
  const call = await story.alice.invites(numbers.ours);
  expect(call.heard).toEqual([100, 404]);
  await assertNothingLeft(story);
});

test('the limits of an account hold over all its trunks, and over those of nobody else', async () => {
  const agent = anAgent();
  const [mine, next, others] = ['+4930100', '+4930200', '+4930300'] as const;
  const stranger = anAgent({ account: accounts.other });
  const trunks = [
    aTrunk({ numbers: [{ number: mine, agent }] }),
    aTrunk({ numbers: [{ number: next, agent }] }),
    aTrunk({ account: accounts.other, numbers: [{ number: others, agent: stranger }] }),
  ];
  const account_limits = { channels: 2, calls_per_second: 3 };
  const scenario = createScenario({ trunks, agents: [agent, stranger], account_limits });
  const carrier = scenario.network.userAgent('carrier', places.carrier);
  const bob = scenario.network.userAgent('bob', places.agent);
  const called = async (number: string) => (await carrier.invites(number)).reason;

  const first = await carrier.invites(mine);
  await bob.ring.rings();
  const second = await carrier.invites(next);
  await bob.ring.rings();
  expect(await called(mine)).toBe('account-channel-limit');
  expect(await called(others)).toBeNull();
  await bob.ring.refuses(486);

  await first.cancels();
  expect(await called(next)).toBeNull();
  await bob.ring.refuses(486);
  expect(await called(mine)).toBe('account-rate-limit');
  await second.cancels();
  await scenario.passes(1_000);
  expect(await called(mine)).toBeNull();
  await bob.ring.refuses(486);
  await assertNothingLeft(scenario);
});

test('more calls than the trunk takes in a second; refused ones do not count', async () => {
  const story = inboundStory({ trunk: { limits: { channels: null, calls_per_second: 2 } } });
  const statuses = async () => {
    const call = await story.alice.invites(numbers.ours);
    if (call.finals.length === 0) await story.bob.ring.refuses(486);
    return call.finals;
  };
  expect([await statuses(), await statuses(), await statuses(), await statuses()]).toEqual([
    [486],
    [486],
    [503],
    [503],
  ]);
  await story.passes(999);
  expect(await statuses()).toEqual([503]);
  await story.passes(1);
  expect(await statuses()).toEqual([486]);
  await assertNothingLeft(story);
  expect(story.log.records.filter(({ cause }) => cause === 'rate-limit')).toHaveLength(3);
});

test('the edge carries as many calls as it may', async () => {
  const story = inboundStory({ max_calls: 1 });
  const { call } = await connectInbound(story);
  const next = await story.alice.invites(numbers.ours);
  expect(next.heard).toEqual([100, 503]);
  expect(next.reason).toBe('overloaded');

  await call.hangsUp();
  await assertNothingLeft(story);
});

test('the trunks are not loaded yet', async () => {
  const story = inboundStory();
  story.isPolicyReady = false;
  const early = await story.alice.invites(numbers.ours);
  expect(early.heard).toEqual([100, 503]);
  story.isPolicyReady = true;
  const { call } = await connectInbound(story);
  await call.hangsUp();

  await assertNothingLeft(story);
  expect(story.log.records.map(({ cause }) => cause)).toEqual(['policy-not-ready', 'caller-hung-up']);
});

test('Max-Forwards is used up', async () => {
  const story = inboundStory();
  const call = await story.alice.invites(numbers.ours, { max_forwards: 0 });
  expect(call.heard).toEqual([100, 483]);
  await assertNothingLeft(story);
  expect(story.record.cause).toBe('too-many-hops');
});

test('a call takes one from Max-Forwards', async () => {
  const story = inboundStory();
  await story.alice.invites(numbers.ours, { max_forwards: 3 });
  expect(story.bob.ring.invite.headers['Max-Forwards']).toBe('2');
  await story.bob.ring.refuses(486);
  await assertNothingLeft(story);
});

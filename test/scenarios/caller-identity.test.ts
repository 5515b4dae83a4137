import { expect, test } from 'vitest';
import { accounts, anAgent, aTrunk, numbers, places } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { createScenario } from './language/scenario.ts';
import { inboundStory, outboundStory, type Story } from './language/stories.ts';

const network = '+49891111';
const foreign = '+12125550123';

/** The INVITE that bob got, after which he is busy. */
async function seenByBob(story: Story) {
  const { ring } = story.bob;
  await ring.refuses(486);
  await assertNothingLeft(story);
  return ring.invite;
}

test('a trusted carrier asserts the caller; the agent sees that number, the record both', async () => {
  const story = inboundStory({ trunk: { caller_identity: { trusted: true } } });
  await story.alice.invites(numbers.ours, { from: '+491700', identity: { asserted: network } });
  const { from, headers } = await seenByBob(story);
  expect(from).toBe(`sip:${network}@localhost`);
  expect(headers).toMatchObject({ 'P-Asserted-Identity': `<sip:${network}@localhost>` });
  expect(story.record).toMatchObject({
    from: network,
    caller: { asserted: network, asserted_by: 'p-asserted-identity', presented: '+491700', private: false },
  });
});

test('an untrusted carrier asserts nothing', async () => {
  const story = inboundStory();
  await story.alice.invites(numbers.ours, { from: '+491700', identity: { asserted: network, remote_party: network } });
  const { from, headers } = await seenByBob(story);
  expect(from).toBe('sip:+491700@localhost');
  expect(headers).not.toHaveProperty('P-Asserted-Identity');
  expect(JSON.stringify(story.log.events)).not.toContain(network);
});

test('a caller who asks for privacy is anonymous to the agent, in the record and in every event', async () => {
  const story = inboundStory({ trunk: { caller_identity: { trusted: true } } });
  await story.alice.invites(numbers.ours, { from: '+491700', identity: { asserted: network, privacy: ['id'] } });
  const { from, headers } = await seenByBob(story);
  expect(from).toBe('sip:anonymous@anonymous.invalid');
  expect(headers).toMatchObject({ Privacy: 'id' });
  expect(story.record).toMatchObject({ from: 'anonymous', caller: { asserted: null, presented: null, private: true } });
  expect(JSON.stringify([story.log.events, headers])).not.toMatch(/\+49891111|\+491700/);
});

test('a refused caller who asked for privacy is anonymous in the record', async () => {
  const story = inboundStory();
  await story.alice.invites('+49300000', { from: '+491700', identity: { privacy: ['id'] } });
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'number-unknown', from: 'anonymous' });
});

test('an agent calls anonymously: the carrier knows who, the callee does not', async () => {
  const story = outboundStory({ trunk: { caller_identity: { asserted_in: 'both' } } });
  await story.alice.invites(numbers.callee, { from: null, identity: { preferred: numbers.ours, privacy: ['id'] } });
  const { from, headers } = await seenByBob(story);
  expect(from).toBe('sip:anonymous@anonymous.invalid');
  expect(headers).toMatchObject({
    'P-Asserted-Identity': `<sip:${numbers.ours}@localhost>`,
    'Remote-Party-ID': `<sip:${numbers.ours}@${places.carrier}>;party=calling;screen=yes;privacy=full`,
    Privacy: 'id',
  });
  expect(story.record).toMatchObject({
    from: numbers.ours,
    caller: { asserted: numbers.ours, presented: null, private: true },
  });
});

test('an anonymous agent that names no number of its own cannot call', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from: null });
  expect(call).toMatchObject({ heard: [100, 403], reason: 'caller-number-missing' });
  await assertNothingLeft(story);
});

test('a foreign number is refused where the trunk does not show any', async () => {
  const story = outboundStory();
  const call = await story.alice.invites(numbers.callee, { from: foreign });
  expect(call).toMatchObject({ heard: [100, 403], reason: 'caller-number-not-owned' });
  await assertNothingLeft(story);
});

test('a foreign number is shown by a trunk that shows them, which asserts its own', async () => {
  const story = outboundStory({ trunk: { caller_identity: { foreign_numbers: true } } });
  await story.alice.invites(numbers.callee, { from: foreign });
  const { from, headers } = await seenByBob(story);
  expect(from).toBe(`sip:${foreign}@localhost`);
  expect(headers).toMatchObject({ 'P-Asserted-Identity': `<sip:${numbers.ours}@localhost>` });
  expect(story.record).toMatchObject({ trunk: story.trunk.id, from: foreign, caller: { presented: foreign } });
});

test('an agent names its own number and shows a foreign one, where the trunk allows it', async () => {
  for (const foreign_numbers of [true, false]) {
    const story = outboundStory({ trunk: { caller_identity: { foreign_numbers } } });
    await story.alice.invites(numbers.callee, { from: foreign, identity: { asserted: numbers.ours } });
    const { from } = await seenByBob(story);
    expect(from).toBe(`sip:${foreign_numbers ? foreign : numbers.ours}@localhost`);
  }
});

test('the trunk of another account does not show the agent’s foreign number', async () => {
  const agent = anAgent();
  const other = aTrunk({ account: accounts.other, acl: [], caller_identity: { foreign_numbers: true } });
  const scenario = createScenario({ agents: [agent], trunks: [other] });
  const call = await scenario.network.userAgent('alice', places.agent).invites(numbers.callee, { from: foreign });
  expect(call).toMatchObject({ heard: [100, 403], reason: 'caller-number-not-owned' });
  await assertNothingLeft(scenario);
});

test('a carrier’s call to a number that nobody has is not taken for an agent’s with a foreign number', async () => {
  const story = inboundStory({ trunk: { caller_identity: { foreign_numbers: true } } });
  const call = await story.alice.invites('+49300000', { from: foreign });
  expect(call).toMatchObject({ heard: [100, 404], reason: 'number-unknown' });
  await assertNothingLeft(story);
});

import { registeredHost } from '@trunkline/contracts/bindings';
import { bindingsKey } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import { expect, test } from 'vitest';
import { aTrunk, newId, numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { connectOriginated, originatingStory } from './language/originating.ts';
import { g729, sampleSdp } from './language/sample-sdp.ts';
import type { Story } from './language/stories.ts';

const outside = 'c=IN IP4 192.0.2.1';
const inside = 'c=IN IP4 192.0.2.2';
const phaseOf = ({ edge }: Story) => edge.calls.all()[0]?.state.phase;

test('the callee is called first, and the agent when the callee has answered', async () => {
  const story = originatingStory();
  const reply = await story.asks({ headers: { 'X-Ticket': '42', 'X-Trunkline-Trunk-ID': 'forged' } });
  const { ring } = story.bob;
  expect(reply).toEqual({ ok: true, call: story.edge.calls.all()[0]?.state.facts.id });
  expect(ring.invite).toMatchObject({ uri: `sip:${numbers.callee}@${story.bob.address}:5060` });
  expect(ring.sdp).toContain(outside);
  await ring.rings();
  expect(story.alice.received).toEqual([]);

  await ring.answers(story.bobsSdp);
  const agent = story.alice.ring;
  expect(agent.sdp).toContain(inside);
  expect(agent.invite.headers).toMatchObject({
    'X-Ticket': '42',
    'X-Trunkline-Trunk-ID': story.trunk.id,
    'X-Trunkline-Called-Number': numbers.callee,
    'X-Trunkline-Direction': 'outbound',
  });
  expect(agent.invite.from).toBe(`sip:${numbers.callee}@localhost`);
  expect(ring.got).toEqual(['INVITE', 'ACK']);
  await agent.rings();
  await agent.answers(story.alicesSdp);
  expect(phaseOf(story)).toBe('confirmed');
  expect(story.log.types).toEqual(['call.attempted', 'call.ringing', 'call.answered']);

  await agent.hangsUp();
  expect(ring.byeCause).toBe('caller-hung-up');
  await assertNothingLeft(story);
  const { record } = story;
  expect(record).toMatchObject({
    id: reply.ok ? reply.call : '',
    direction: 'outbound',
    trunk: story.trunk.id,
    agent: story.agent.id,
    from: numbers.ours,
    to: numbers.callee,
    source: null,
    admitted_by: { by: 'api' },
    outcome: 'completed',
    cause: 'caller-hung-up',
    ended_by: 'caller',
    attempts: [{ status: 200 }],
  });
  expect(record.explanation.summary).toContain('Originated for agent "Support"');
  expect(record.ladder.map(({ from, to, text }) => `${from} ${to} ${text}`)).toEqual([
    'trunkline callee INVITE',
    'callee trunkline 180 Ringing',
    'callee trunkline 200 OK (INVITE)',
    'trunkline caller INVITE',
    'caller trunkline 200 OK (INVITE)',
    'caller trunkline BYE',
    'trunkline callee BYE',
  ]);
});

test('the callee hangs up', async () => {
  const story = originatingStory();
  await connectOriginated(story);
  await story.bob.ring.hangsUp();
  expect(story.alice.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'callee-hung-up', outcome: 'completed', ended_by: 'callee' });
});

test.each([
  { status: 486, cause: 'callee-busy', outcome: 'busy' },
  { status: 603, cause: 'callee-declined', outcome: 'declined' },
])('the callee refuses with $status: no agent is called', async ({ status, cause, outcome }) => {
  const story = originatingStory();
  await story.asks();
  await story.bob.ring.refuses(status);
  expect(story.alice.received).toEqual([]);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause, outcome, status });
});

test('the next gateway is tried as for any call', async () => {
  const story = originatingStory();
  await story.asks();
  await story.bob.ring.refuses(503);
  await story.carol.ring.answers(story.bobsSdp);
  await story.alice.ring.answers(story.alicesSdp);
  await story.alice.ring.hangsUp();
  await assertNothingLeft(story);
  expect(story.record.attempts.map(({ status }) => status)).toEqual([503, 200]);
});

test('the callee rings for as long as it was asked to', async () => {
  const story = originatingStory();
  await story.asks({ ring_timeout_s: 12 });
  await story.bob.ring.rings();
  await story.passes(11_000);
  expect(phaseOf(story)).toBe('early');
  await story.passes(1_500);
  expect(story.bob.ring.got).toEqual(['INVITE', 'CANCEL']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'no-answer', outcome: 'no-answer' });
});

test('the agent refuses: the callee is told why', async () => {
  const story = originatingStory();
  await story.asks();
  await story.bob.ring.answers(story.bobsSdp);
  await story.alice.ring.refuses(486);
  expect(story.bob.ring.byeCause).toBe('agent-refused');
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'agent-refused', outcome: 'failed', ended_by: 'caller', status: 200 });
  expect(story.record.ladder.map(({ text }) => text)).toContain('486 Busy Here');
});

test('the agent is not there', async () => {
  const story = originatingStory();
  story.alice.isUnreachable = true;
  await story.asks();
  await story.bob.ring.answers(story.bobsSdp);
  expect(story.bob.ring.byeCause).toBe('agent-unreachable');
  await assertNothingLeft(story);
});

test('the URI of the agent cannot be sent to', async () => {
  const story = originatingStory();
  await story.asks();
  story.network.unsendable.add(`sip:${numbers.ours}@${story.alice.address}`);
  await story.bob.ring.answers(story.bobsSdp);
  expect(story.bob.ring.byeCause).toBe('agent-unreachable');
  await assertNothingLeft(story);
});

test.each([{ rings: true }, { rings: false }])('the agent does not answer, ringing: $rings', async ({ rings }) => {
  const story = originatingStory();
  await story.asks();
  await story.bob.ring.answers(story.bobsSdp);
  if (rings) await story.alice.ring.rings();
  await story.passes(20_000);
  expect(story.bob.ring.byeCause).toBe('agent-no-answer');
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'agent-no-answer', outcome: 'failed' });
});

test('the callee hangs up while the agent rings: the agent is cancelled', async () => {
  const story = originatingStory();
  await story.asks();
  await story.bob.ring.answers(story.bobsSdp);
  await story.alice.ring.rings();
  await story.bob.ring.hangsUp();
  expect(story.alice.ring.got).toEqual(['INVITE', 'CANCEL']);
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'callee-hung-up', ended_by: 'callee' });
});

test('and its answer crosses the CANCEL', async () => {
  const story = originatingStory();
  await story.asks();
  await story.bob.ring.answers(story.bobsSdp);
  const agent = story.alice.ring;
  agent.cancelIsSlow = true;
  await agent.rings();
  await story.bob.ring.hangsUp();
  await agent.answers(story.alicesSdp);
  expect(agent.isUp).toBe(false);
  await assertNothingLeft(story);
});

test('an agent that never says anything to its CANCEL is given up', async () => {
  const story = originatingStory();
  await story.asks();
  await story.bob.ring.answers(story.bobsSdp);
  await story.bob.ring.hangsUp();
  await story.passes(10_000);
  expect(phaseOf(story)).toBeUndefined();
  await assertNothingLeft(story);
});

test.each([
  { what: 'nothing', sdp: () => '', cause: 'caller-answer-missing' },
  {
    what: 'a codec that was not offered',
    sdp: (a: string) => sampleSdp(a, { formats: [g729] }),
    cause: 'caller-answer-unusable',
  },
])('the agent answers with $what', async ({ sdp, cause }) => {
  const story = originatingStory();
  await story.asks();
  await story.bob.ring.answers(story.bobsSdp);
  await story.alice.ring.answers(sdp(story.alice.address));
  expect([story.alice.ring.byeCause, story.bob.ring.byeCause]).toEqual([cause, cause]);
  await assertNothingLeft(story);
});

test('the agent re-INVITEs afterwards, and the callee does', async () => {
  const story = originatingStory();
  await connectOriginated(story);
  await story.alice.ring.reinvites(sampleSdp(story.alice.address, { direction: 'sendonly' }));
  await story.bob.ring.answersReinvite(sampleSdp(story.bob.address, { direction: 'recvonly' }));
  expect(story.alice.ring.reinviteHeard).toEqual([200]);
  await story.bob.ring.reinvites(story.bobsSdp);
  await story.alice.ring.answersReinvite(story.alicesSdp);
  expect(story.bob.ring.reinviteHeard).toEqual([200]);
  await story.bob.ring.hangsUp();
  await assertNothingLeft(story);
});

test('a request that is sent twice makes one call and gets one reply', async () => {
  const story = originatingStory();
  const first = await story.asks();
  if (!first.ok) throw new Error(first.message);
  expect(await story.asks({ call: first.call })).toEqual(first);
  expect(story.bob.received).toHaveLength(1);
  await story.bob.ring.refuses(486);
  expect(await story.asks({ call: first.call })).toEqual(first);
  expect(story.bob.received).toHaveLength(1);
  await assertNothingLeft(story);
});

test('the trunk may be named', async () => {
  const other = aTrunk({ name: 'Other', gateways: ['203.0.113.99'], acl: [] });
  const story = originatingStory();
  story.put(other);
  const farAway = story.network.userAgent('far away', '203.0.113.99');
  await story.asks({ trunk: other.id });
  expect(farAway.received).toHaveLength(1);
  await farAway.ring.refuses(486);
  expect((await story.asks({ trunk: newId() as never })).ok).toBe(false);
  await story.passes(0);
  expect(story.log.records.map(({ trunk }) => trunk)).toEqual([other.id, null]);
});

test('an agent that has registered from several places is called at each', async () => {
  const story = originatingStory({ agent: { uri: `sip:${registeredHost}` } });
  expect(await story.asks()).toMatchObject({ ok: false, cause: 'agent-not-registered' });
  const [near, far] = [5070, 5080].map((port) => story.network.userAgent(`at ${port}`, story.alice.address, port));
  const expires_at = (story.clock.now() + 600_000) as Instant;
  story.policy.setBindings(
    bindingsKey({ kind: 'agent', account: story.agent.account, id: story.agent.id }),
    [near, far].map((ua, index) => {
      const contact = `sip:bot@${ua?.address}:${ua?.port}`;
      return { contact, q: 1 - index / 2, expires_at, sip_call_id: 'c', cseq: 1, next_hop: null };
    }),
  );
  await story.asks();
  await story.bob.ring.answers(story.bobsSdp);
  await near?.ring.refuses(480);
  await far?.ring.answers(story.alicesSdp);
  expect(phaseOf(story)).toBe('confirmed');
  await far?.ring.hangsUp();
  await assertNothingLeft(story);
});

test.each([
  { why: 'the number is nobody’s', more: { from: '+4930000000' }, cause: 'caller-number-not-owned' },
  { why: 'no number is called', more: { to: 'nobody' }, cause: 'callee-number-invalid' },
  { why: 'the agent does not exist', more: { agent: newId() as never }, cause: 'agent-inactive' },
])('refused, with a record: $why', async ({ more, cause }) => {
  const story = originatingStory();
  const reply = await story.asks(more);
  expect(reply).toMatchObject({ ok: false, cause });
  expect(story.record).toMatchObject({ outcome: 'refused', cause, direction: 'outbound', source: null });
  expect(story.log.types).toEqual(['call.refused']);
  expect(story.edge.calls.size).toBe(0);
});

test('refused for what the trunk, the agent and the edge may take', async () => {
  const full = originatingStory({ trunk: { limits: { channels: 1, calls_per_second: null } } });
  expect((await full.asks()).ok).toBe(true);
  expect(await full.asks()).toMatchObject({ ok: false, cause: 'channel-limit' });
  await full.bob.ring.refuses(486);
  const off = originatingStory({ agent: { is_active: false } });
  expect(await off.asks()).toMatchObject({ ok: false, cause: 'agent-inactive' });
  const switchedOff = originatingStory({ trunk: { is_active: false } });
  expect(await switchedOff.asks()).toMatchObject({ ok: false, cause: 'trunk-inactive' });
  const draining = originatingStory();
  draining.edge.drain();
  expect(await draining.asks()).toMatchObject({ ok: false, cause: 'draining' });
});

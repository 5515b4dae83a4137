import { expect, test } from 'vitest';
import { numbers } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { connectInbound, inboundStory } from './language/stories.ts';

test('a carrier calls an agent, they talk, and the caller hangs up', async () => {
  const story = inboundStory();
  const { alice, bob } = story;

  const call = await alice.invites(numbers.ours, { extension_headers: { 'X-Ticket': '42' } });
  expect(call.heard).toEqual([100]);
  expect(bob.ring.invite.uri).toBe('sip:+4930123456@198.51.100.20');
  expect(bob.ring.invite.headers).toMatchObject({ 'X-Ticket': '42', 'X-Trunkline-Called-Number': '+4930123456' });
  // Neither side learns the other's address.
  expect(bob.ring.sdp).toContain('c=IN IP4 192.0.2.2');

  await story.passes(200);
  await bob.ring.rings();
  await story.passes(3_000);
  await bob.ring.answers(story.bobsSdp);
  expect(call.heard).toEqual([100, 180, 200]);
  expect(call.sdp).toContain('c=IN IP4 192.0.2.1');
  await call.acks();
  expect(bob.ring.got).toEqual(['INVITE', 'ACK']);

  await story.passes(60_000);
  story.relay.carry(story.edge.calls.all()[0]?.state.facts.id ?? '', 'caller', 3_000);
  await call.hangsUp();
  expect(bob.ring.got).toEqual(['INVITE', 'ACK', 'BYE']);

  await assertNothingLeft(story);
  expect(story.log.types).toEqual(['call.attempted', 'call.ringing', 'call.answered', 'call.ended']);
  expect(story.record).toMatchObject({
    account: story.trunk.account,
    direction: 'inbound',
    trunk: story.trunk.id,
    number: story.trunk.numbers[0]?.id,
    agent: story.agent.id,
    from: '+491701234567',
    to: numbers.ours,
    admitted_by: { by: 'acl', detail: '203.0.113.7/32' },
    attempts: [{ target: 'Support', status: 200, reason: 'OK' }],
    outcome: 'completed',
    cause: 'caller-hung-up',
    ended_by: 'caller',
    status: 200,
    post_dial_delay_ms: 200,
    duration_ms: 60_000,
    media: { caller: { packets_received: 3_000 }, callee: { packets_received: 0 } },
  });
  expect(story.record.ladder.map(({ from, to, text }) => `${from} > ${to}: ${text}`)).toEqual([
    'caller > trunkline: INVITE',
    'trunkline > callee: INVITE',
    'callee > trunkline: 180 Ringing',
    'trunkline > caller: 180 Ringing',
    'callee > trunkline: 200 OK (INVITE)',
    'trunkline > caller: 200 OK (INVITE)',
    'caller > trunkline: ACK',
    'caller > trunkline: BYE',
    'trunkline > callee: BYE',
  ]);
});

test('the agent hangs up', async () => {
  const story = inboundStory();
  const { call, ring } = await connectInbound(story);

  await story.passes(5_000);
  await ring.hangsUp();

  expect(call.got).toEqual(['BYE']);
  expect(call.byeCause).toBe('callee-hung-up');
  await assertNothingLeft(story);
  expect(story.record).toMatchObject({ cause: 'callee-hung-up', ended_by: 'callee', duration_ms: 5_000 });
});

test('an anonymous caller stays anonymous (RFC 3323)', async () => {
  const story = inboundStory();
  await story.alice.invites(numbers.ours, { from: null });
  expect(story.bob.ring.invite.from).toBe('sip:anonymous@anonymous.invalid');
  await story.bob.ring.refuses(486);
  await assertNothingLeft(story);
  expect(story.record.from).toBe('anonymous');
});

test('the caller cannot speak in our name: our own headers win over its extension headers', async () => {
  const story = inboundStory();
  await story.alice.invites(numbers.ours, { extension_headers: { 'X-Trunkline-Called-Number': '+4930666666' } });
  expect(story.bob.ring.invite.headers['X-Trunkline-Called-Number']).toBe(numbers.ours);
  await story.bob.ring.refuses(486);
  await assertNothingLeft(story);
});

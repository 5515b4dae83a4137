import { registeredHost } from '@trunkline/contracts/bindings';
import { bindingsKey } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import { expect, it } from 'vitest';
import { anAgent, aTrunk, numbers, places } from './language/configuration.ts';
import { assertNothingLeft } from './language/nothing-left.ts';
import { createScenario } from './language/scenario.ts';

const agent = anAgent({ uri: `sip:${registeredHost}`, credentials: { username: 'bot', password: 'wonderland' } });
const trunk = aTrunk({ numbers: [{ agent }] });
const near = `sip:bot@${places.agent}:5070`;
const far = `sip:bot@${places.agent}:5080`;

function begin(contacts: readonly (readonly [uri: string, q: number, next_hop: string | null])[]) {
  const story = createScenario({ trunks: [trunk], agents: [agent] });
  const expires_at = (story.clock.now() + 60_000) as Instant;
  story.policy.setBindings(
    bindingsKey({ kind: 'agent', account: agent.account, id: agent.id }),
    contacts.map(([contact, q, next_hop]) => ({ contact, q, expires_at, sip_call_id: 'c', cseq: 1, next_hop })),
  );
  return {
    story,
    alice: story.network.userAgent('alice', places.carrier),
    near: story.network.userAgent('near', places.agent, 5070),
    far: story.network.userAgent('far', places.agent, 5080),
  };
}

it('a call reaches an agent where it has registered, by the way that its REGISTER came', async () => {
  const { story, alice, near: bob } = begin([[near, 1, 'sip:192.0.2.9:1024']]);
  await alice.invites(numbers.ours);
  expect(bob.ring.invite).toMatchObject({ uri: near, next_hop: 'sip:192.0.2.9:1024' });
  await bob.ring.refuses(486);
  await assertNothingLeft(story);
});

it('the Contact of the higher q is called first, and the other one when it does not work', async () => {
  const {
    story,
    alice,
    near: first,
    far: second,
  } = begin([
    [far, 0.2, null],
    [near, 0.9, null],
  ]);
  await alice.invites(numbers.ours);
  expect(second.received).toEqual([]);
  await first.ring.refuses(503);
  expect(second.ring.invite).toMatchObject({ uri: far });
  expect(second.ring.invite).not.toHaveProperty('next_hop');
  await second.ring.refuses(486);
  expect(story.record).toMatchObject({ cause: 'callee-busy', attempts: [{ status: 503 }, { status: 486 }] });
  await assertNothingLeft(story);
});

it.each([
  ['has not registered', []],
  ['registered too long ago', [[near, 1, null]]],
] as const)('a call for an agent that %s is refused, and says so', async (_what, contacts) => {
  const { story, alice } = begin(contacts);
  await story.passes(60_000);
  await alice.invites(numbers.ours);
  expect(story.record).toMatchObject({ cause: 'agent-not-registered', status: 480 });
  await assertNothingLeft(story);
});

it('a call to an agent that registered by way of a proxy passes that proxy', async () => {
  const { story, alice, near: bob } = begin([[near, 1, null]]);
  const key = bindingsKey({ kind: 'agent', account: agent.account, id: agent.id });
  const path = ['<sip:192.0.2.1:5070;lr>'];
  const [present] = story.policy.bindingsOf(anyAgent(story.policy), story.clock.now());
  if (present === undefined) throw new Error('no binding');
  story.policy.setBindings(key, [{ ...present, path }]);
  await alice.invites(numbers.ours);
  expect(bob.ring.invite).toMatchObject({ uri: near, route: path, next_hop: 'sip:192.0.2.1:5070;lr' });
  await bob.ring.refuses(486);
  await assertNothingLeft(story);
});

function anyAgent(policy: ReturnType<typeof begin>['story']['policy']) {
  const [found] = policy.agentsByUsername('bot');
  if (found === undefined) throw new Error('no agent');
  return found;
}

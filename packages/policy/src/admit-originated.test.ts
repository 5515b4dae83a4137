import { explanationSchema } from '@trunkline/contracts/explanation';
import { accountIdSchema, agentIdSchema, trunkIdSchema } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { describe, expect, it } from 'vitest';
import { accountOf } from './account-of.ts';
import {
  acme,
  beta,
  buildNumber,
  buildTrunk,
  openWorldSecret,
  worldAgents,
  worldNow,
  worldTrunks,
} from './admission-world.ts';
import { admitOriginated, type WantedCall } from './admit-originated.ts';
import { createPolicyIndex } from './policy-index.ts';

const now = worldNow as Instant;
const policy = createPolicyIndex({ openSecret: openWorldSecret });
for (const trunk of worldTrunks) policy.putTrunk(trunk, 1);
for (const agent of worldAgents) policy.putAgent(agent, 1);

const idOf = <T extends { readonly name: string; readonly id: string }>(
  things: readonly T[],
  name: string,
): T['id'] => {
  const found = things.find((thing) => thing.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.id;
};
const bot = agentIdSchema.parse(idOf(worldAgents, 'Acme bot'));

function decide(more: Partial<WantedCall> = {}) {
  const wanted = {
    account: accountIdSchema.parse(acme),
    agent: bot,
    from: '+4930111001',
    to: '+4989123456',
    trunk: null,
  };
  const verdict = admitOriginated({ ...wanted, ...more }, policy, now, () => 0);
  expect(explanationSchema.safeParse(verdict.explanation).error).toBeUndefined();
  return verdict;
}

describe('a call that is to be made for an agent', () => {
  it('goes by the trunk of its account that has the caller number, as the agent’s own call would', () => {
    const verdict = decide();
    expect(verdict).toMatchObject({
      kind: 'accept',
      value: {
        direction: 'outbound',
        admitted_by: { by: 'api' },
        agent: { name: 'Acme bot' },
        trunk: { name: 'Acme by address' },
        called_user: '+4989123456',
        targets: [{ name: '198.51.100.1:5060' }, { name: '198.51.100.2:5060' }],
        agent_targets: [{ uri: 'sip:+4930111001@agent.acme.example' }],
      },
      explanation: { decision: 'accepted', cause: null },
    });
    expect(verdict.explanation.summary).toContain('Originated for agent "Acme bot"');
    expect(verdict.explanation.candidates).toMatchObject([
      { name: 'Acme bot', chosen: true, found_by: ['api'] },
      { name: 'Acme by address', chosen: true, found_by: ['number'] },
    ]);
    expect(accountOf(verdict.explanation)).toBe(acme);
  });

  it('takes the numbers as the trunk’s country writes them, and tells them to the carrier as the trunk wants them', () => {
    expect(decide({ from: '030 111030', to: '089 123456' })).toMatchObject({
      kind: 'accept',
      value: {
        trunk: { name: 'Acme outbound' },
        called_user: '089123456',
        credentials: { username: 'acme-at-carrier' },
      },
    });
  });

  it('goes by the trunk that is named, and by no other', () => {
    const second = buildTrunk(40, acme, 'Second', { numbers: [buildNumber(40, '+4930111001', 1)], gateways: [] });
    policy.putTrunk(second, 2);
    const outbound = trunkIdSchema.parse(idOf(worldTrunks, 'Acme outbound'));
    expect(decide({ trunk: trunkIdSchema.parse(second.id) })).toMatchObject({ kind: 'refuse', cause: 'no-gateway' });
    expect(decide({ trunk: outbound })).toMatchObject({ kind: 'refuse', cause: 'caller-number-not-owned' });
    policy.removeTrunk(`${acme}.${second.id}`);
  });

  it.each([
    { why: 'a number of another account', more: { from: '+4930222001' }, cause: 'caller-number-not-owned' },
    {
      why: 'a trunk of another account',
      more: { from: '+4930222001', trunk: idOf(worldTrunks, 'Beta by address') },
      cause: 'caller-number-not-owned',
    },
    { why: 'an agent of another account', more: { account: beta }, cause: 'agent-inactive' },
    {
      why: 'an agent that is switched off',
      more: { agent: idOf(worldAgents, 'Acme sleeper') },
      cause: 'agent-inactive',
    },
    { why: 'a trunk that is switched off', more: { from: '+4930111020' }, cause: 'trunk-inactive' },
    { why: 'a trunk that has expired', more: { from: '+4930111021' }, cause: 'trunk-expired' },
    { why: 'a trunk for inbound calls', more: { from: '+4930111010' }, cause: 'outbound-disabled' },
    { why: 'a trunk without gateway', more: { from: '+4930111040' }, cause: 'no-gateway' },
    { why: 'a called number that is none', more: { to: 'alice' }, cause: 'callee-number-invalid' },
  ])('is refused: $why', ({ more, cause }) => {
    const verdict = decide(more as Partial<WantedCall>);
    expect(verdict).toMatchObject({ kind: 'refuse', cause, explanation: { decision: 'refused', cause } });
    expect(verdict.explanation.summary).toContain('asked for over the API');
    const text = JSON.stringify(verdict.explanation.candidates.filter(({ account }) => account !== beta));
    expect(text).not.toContain('Beta');
  });
});

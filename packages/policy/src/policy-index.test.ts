import { agentKey, trunkKey } from '@trunkline/contracts/nats-map';
import type { Trunk } from '@trunkline/contracts/trunk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openWorldSecret, worldAgents, worldTrunks } from './admission-world.ts';
import { createPolicyIndex, type PolicyIndex } from './policy-index.ts';

const sources = ['203.0.113.7', '203.0.113.9', '192.0.2.7', '192.0.2.9', '192.0.2.50', '2001:db8:1::1', '10.0.0.5'];
const usernames = ['carrier', 'twin', 'acme-at-carrier', 'acme-bot', 'acme-lost'];
const numbers = ['4930111001', '4930999001', '030333001', '4930333001', '1001', '4930000000'];

/** Everything that an index answers about the world, by names. */
function view(index: PolicyIndex) {
  const names = (all: Iterable<{ readonly name: string }>) => [...all].map(({ name }) => name).sort();
  return {
    counts: index.counts,
    readings: ['030123456', '2125550100', '0123'].map((user) =>
      index
        .nationalReadings(user)
        .map(({ country, key }) => `${country} ${key}`)
        .sort(),
    ),
    bySource: sources.map((source) => [
      index.trunksBySource(source).map(({ cidr, owners }) => [cidr, names(owners)]),
      index.agentsBySource(source).map(({ cidr, owners }) => [cidr, names(owners)]),
    ]),
    byUsername: usernames.map((name) => [names(index.trunksByUsername(name)), names(index.agentsByUsername(name))]),
    byNumber: numbers.map((key) => names(index.byNumber(key).map(({ trunk }) => trunk))),
    agents: worldAgents.map(({ account, id }) => index.agent(agentKey(account, id))?.name),
    accounts: worldAgents.map(({ account }) => names(index.agentsOf(account))),
    keys: [[...index.trunkKeys()].sort(), [...index.keptTrunks].sort(), [...index.agentKeys()].sort()],
  };
}

const create = () => createPolicyIndex({ openSecret: openWorldSecret });
function world(): PolicyIndex {
  const index = create();
  for (const trunk of worldTrunks) index.putTrunk(trunk, 1);
  for (const agent of worldAgents) index.putAgent(agent, 1);
  return index;
}
const keyOf = ({ account, id }: Trunk) => trunkKey(account, id);
const [first] = worldTrunks;
if (first === undefined) throw new Error('an empty world');

describe('the policy index', () => {
  it('is empty again when all is removed', () => {
    const index = world();
    expect(index.counts.trunks).toBe(worldTrunks.length);
    for (const trunk of worldTrunks) expect(index.removeTrunk(keyOf(trunk))).toBe(true);
    for (const { account, id } of worldAgents) expect(index.removeAgent(agentKey(account, id))).toBe(true);
    expect(view(index)).toEqual(view(create()));
    expect(index.removeTrunk(keyOf(first))).toBe(false);
    expect(index.removeAgent('nobody')).toBe(false);
  });

  it('depends on the last puts only, not on what was there before', () => {
    const change = fc.record({
      trunk: fc.nat(worldTrunks.length - 1),
      like: fc.nat(worldTrunks.length - 1),
      remove: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        const index = world();
        const last = new Map(worldTrunks.map((trunk) => [keyOf(trunk), trunk]));
        changes.forEach(({ trunk, like, remove }, step) => {
          const identity = worldTrunks[trunk] ?? first;
          const content = { ...(worldTrunks[like] ?? first), id: identity.id, account: identity.account };
          if (remove) index.removeTrunk(keyOf(identity));
          else index.putTrunk(content, step + 2);
          if (remove) last.delete(keyOf(identity));
          else last.set(keyOf(identity), content);
        });
        const fresh = create();
        for (const trunk of last.values()) fresh.putTrunk(trunk, 1);
        for (const agent of worldAgents) fresh.putAgent(agent, 1);
        expect(view(index)).toEqual(view(fresh));
      }),
      { numRuns: 200 },
    );
  });

  it('refuses the revision that it has, and older ones', () => {
    const index = create();
    expect(index.putTrunk(first, 5)).toEqual({ kind: 'applied', unreadable: [] });
    expect(index.putTrunk({ ...first, name: 'older' }, 4)).toEqual({ kind: 'older', present: 5 });
    expect(index.putTrunk({ ...first, name: 'other' }, 5)).toEqual({ kind: 'older', present: 5 });
    expect(index.trunk(keyOf(first))?.name).toBe(first.name);
    expect(index.putTrunk({ ...first, name: 'newer' }, 6).kind).toBe('applied');
    expect(index.trunk(keyOf(first))?.name).toBe('newer');
    const [agent] = worldAgents;
    if (agent === undefined) throw new Error('no agent');
    expect(index.putAgent(agent, 2).kind).toBe('applied');
    expect(index.putAgent(agent, 1)).toEqual({ kind: 'older', present: 2 });
  });

  it('reads national numbers by the countries of the trunks that are there', () => {
    const index = create();
    const german = { ...first, number_format: { style: '+e164' as const, country: 'de' } };
    expect(index.nationalReadings('030123456')).toEqual([]);
    index.putTrunk(german, 1);
    expect(index.nationalReadings('030123456')).toEqual([{ country: 'DE', key: '4930123456' }]);
    index.removeTrunk(keyOf(first));
    expect(index.nationalReadings('030123456')).toEqual([]);
  });

  it('keeps a list of the trunks that register or whose gateways are asked', () => {
    const index = create();
    const idle = { ...first, registration: 'none' as const, qualify: { interval_s: 0 } };
    index.putTrunk(idle, 1);
    expect([...index.keptTrunks]).toEqual([]);
    index.putTrunk({ ...idle, qualify: { interval_s: 30 } }, 2);
    expect([...index.keptTrunks]).toEqual([keyOf(first)]);
    index.putTrunk({ ...idle, registration: 'we-register' }, 3);
    expect([...index.keptTrunks]).toEqual([keyOf(first)]);
    index.putTrunk({ ...idle, registration: 'they-register' }, 4);
    expect([...index.keptTrunks]).toEqual([]);
  });

  it('does not touch a trunk that a call holds', () => {
    const index = world();
    const held = index.trunk(keyOf(first));
    index.putTrunk({ ...first, is_active: false }, 2);
    expect(held?.is_active).toBe(true);
    expect(index.trunk(keyOf(first))?.is_active).toBe(false);
  });

  it('names ACL entries that it cannot read, and keeps the others', () => {
    const index = create();
    const acl = ['10.1.0.0/16', 'any', '10.0.0.0/40'] as unknown as Trunk['acl'];
    expect(index.putTrunk({ ...first, acl }, 1)).toEqual({ kind: 'applied', unreadable: ['any', '10.0.0.0/40'] });
    expect(index.trunksBySource('10.1.2.3')).toHaveLength(1);
    expect(index.trunksBySource('10.0.2.3')).toHaveLength(0);
  });

  it('opens a password once per hash, when it is first needed, and again after a change', () => {
    const opened: string[] = [];
    const index = createPolicyIndex({
      openSecret: (sealed, context) => {
        opened.push(context);
        return openWorldSecret(sealed, context);
      },
    });
    const [agent] = worldAgents;
    if (agent === undefined) throw new Error('no agent');
    index.putAgent(agent, 1);
    const key = agentKey(agent.account, agent.id);
    const ha1 = () => {
      const principal = index.agent(key);
      return (
        principal && [index.ha1(principal, 'MD5'), index.ha1(principal, 'MD5-sess'), index.ha1(principal, 'SHA-256')]
      );
    };
    expect(opened).toEqual([]);
    // MD5 of acme-bot:trunkline:bot-pw, computed with md5sum.
    expect(ha1()?.[0]).toBe('24c582e10732581ab30c20dade03b10c');
    expect(ha1()?.[1]).toBe('24c582e10732581ab30c20dade03b10c');
    expect(ha1()?.[2]).toHaveLength(64);
    expect(opened).toEqual([key, key]);
    index.putAgent(agent, 2);
    ha1();
    expect(opened).toHaveLength(4);
  });

  it('gives no password that it cannot open, and asks once', () => {
    const index = world();
    const lost = [...index.agentsByUsername('acme-lost')][0];
    const bot = [...index.agentsByUsername('acme-bot')][0];
    if (lost === undefined || bot === undefined) throw new Error('no agents');
    expect(index.ha1(lost, 'MD5')).toBeUndefined();
    expect(index.openPassword(lost)).toBeUndefined();
    expect(index.openPassword(bot)).toBe('bot-pw');
    expect(index.trunk(keyOf(first)) && index.openPassword(index.trunk(keyOf(first)) ?? bot)).toBeUndefined();
  });
});

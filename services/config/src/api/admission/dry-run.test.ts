import type { AccountId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { type AdmissionCase, inviteOf } from '@trunkline/policy/admission-case';
import { admissionCases } from '@trunkline/policy/admission-cases';
import { acme, beta, openWorldSecret, worldAgents, worldNow, worldTrunks } from '@trunkline/policy/admission-world';
import { admit } from '@trunkline/policy/admit';
import { createNonces } from '@trunkline/policy/nonces';
import { createPolicyIndex } from '@trunkline/policy/policy-index';
import { describe, expect, it } from 'vitest';
import { dryRun } from './dry-run.ts';

const now = worldNow as Instant;
const nonces = createNonces(Buffer.alloc(32, 7));
const policy = createPolicyIndex({ openSecret: openWorldSecret });
for (const trunk of worldTrunks) policy.putTrunk(trunk, 1);
for (const agent of worldAgents) policy.putAgent(agent, 1);

const withoutDigest = admissionCases.filter(({ digest, authorization }) => !digest && !authorization);
const proven = admissionCases.filter(
  ({ digest, expect: { kind } }) => digest !== undefined && (kind === 'inbound' || kind === 'outbound'),
);
const ask = (one: AdmissionCase, account: string | null, username: string | null = null) =>
  dryRun({ invite: inviteOf(one, null), username, account: account as AccountId | null }, policy, now, nonces);
const ownerOf = (name: string) => [...worldTrunks, ...worldAgents].find((one) => one.name === name)?.account;

describe('the dry run', () => {
  it.each(withoutDigest)('says to the operator what the edge would do: $name', (one) => {
    const edge = admit(inviteOf(one, null), policy, now, nonces, () => 0);
    const { kind, explanation } = ask(one, null);
    expect([kind, explanation]).toEqual([edge.kind, edge.explanation]);
  });

  it.each(proven)('takes a password to be right: $name', (one) => {
    const verdict = ask(one, null, one.digest?.username ?? null);
    const expected = one.expect.kind === 'inbound' || one.expect.kind === 'outbound' ? one.expect : undefined;
    expect(verdict.kind === 'accept' && [verdict.value.trunk.name, verdict.value.agent.name]).toEqual([
      expected?.trunk,
      expected?.agent,
    ]);
  });

  it.each(withoutDigest)('tells a tenant of its own trunks what the edge would do: $name', (one) => {
    const whole = ask(one, null);
    if (whole.kind !== 'accept') return;
    const own = ask(one, ownerOf(whole.value.trunk.name) ?? '');
    expect(own.kind === 'accept' && own.value.trunk).toBe(whole.value.trunk);
  });

  it.each(admissionCases)('tells a tenant nothing about another: $name', (one) => {
    for (const account of [acme, beta]) {
      const alone = createPolicyIndex({ openSecret: openWorldSecret });
      for (const trunk of worldTrunks) if (trunk.account === account) alone.putTrunk(trunk, 1);
      for (const agent of worldAgents) if (agent.account === account) alone.putAgent(agent, 1);
      const username = one.digest?.username ?? null;
      const said = ask(one, account, username);
      const inTheWorldAlone = dryRun(
        { invite: inviteOf(one, null), username, account: account as AccountId },
        alone,
        now,
        nonces,
      );
      // Where nobody else is, nothing can be told of anybody else: the answers differ only about own trunks.
      const names = said.explanation.candidates.map((candidate) => candidate.account);
      expect(names.filter((name) => name !== account)).toEqual([]);
      const ownInvolved = said.kind === 'accept' || inTheWorldAlone.kind === 'accept';
      if (!ownInvolved) {
        expect([said.kind, said.explanation]).toEqual([inTheWorldAlone.kind, inTheWorldAlone.explanation]);
      }
    }
  });
});

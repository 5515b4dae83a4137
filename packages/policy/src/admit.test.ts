import { explanationSchema } from '@trunkline/contracts/explanation';
import type { AccountId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { parseChallenges } from '@trunkline/sip/digest-challenge';
import { formatCredentials } from '@trunkline/sip/digest-credentials';
import { answerChallenge } from '@trunkline/sip/digest-response';
import { describe, expect, it } from 'vitest';
import { accountOf } from './account-of.ts';
import type { Admission, AdmittedBy } from './admission.ts';
import { type AdmissionCase, inviteOf } from './admission-case.ts';
import { admissionCases } from './admission-cases.ts';
import { acme, beta, openWorldSecret, worldAgents, worldNow, worldTrunks } from './admission-world.ts';
import { admit } from './admit.ts';
import { explanationFor } from './explanation-for.ts';
import { createNonces } from './nonces.ts';
import { createPolicyIndex } from './policy-index.ts';
import type { Verdict } from './verdict.ts';

const now = worldNow as Instant;
const nonces = createNonces(Buffer.alloc(32, 7));
const otherNonces = createNonces(Buffer.alloc(32, 8));
const policy = createPolicyIndex({ openSecret: openWorldSecret });
for (const trunk of worldTrunks) policy.putTrunk(trunk, 1);
for (const agent of worldAgents) policy.putAgent(agent, 1);

function authorizationOf({ digest, authorization, from, called }: AdmissionCase): string | null {
  if (digest === undefined) return authorization ?? null;
  const { username, password, nonce: age = 'fresh', realm = 'trunkline', algorithm = 'MD5' } = digest;
  const made = age === 'old' ? ((worldNow - 600_000) as Instant) : now;
  const nonce = (age === 'foreign' ? otherNonces : nonces).make(made, from);
  const uri = `sip:${called}@trunkline.example`;
  const challenge = { realm, nonce, algorithm, qop: 'auth' as const, opaque: null, stale: false };
  const answer = answerChallenge([challenge], { username, password, method: 'INVITE', uri, cnonce: 'c', count: 1 });
  return answer === undefined ? null : formatCredentials(answer);
}

const run = (one: AdmissionCase): Verdict<Admission> =>
  admit(inviteOf(one, authorizationOf(one)), policy, now, nonces, () => 0);

const byText = ({ by, detail }: AdmittedBy) => (by === 'acl' ? detail : `digest:${detail}`);

/** The verdict in the terms of the case table. */
function told(verdict: Verdict<Admission>) {
  switch (verdict.kind) {
    case 'challenge':
      return { kind: 'challenge', stale: parseChallenges(verdict.www_authenticate)[0]?.stale ?? 'no challenge' };
    case 'refuse':
    case 'drop':
      return { kind: verdict.kind, cause: verdict.cause };
    case 'accept': {
      const { value } = verdict;
      const common = { by: byText(value.admitted_by), trunk: value.trunk.name, agent: value.agent.name };
      if (value.direction === 'inbound') return { kind: 'inbound', ...common, uri: value.target.uri };
      const uris = value.targets.map(({ uri }) => uri);
      return { kind: 'outbound', ...common, uris, from_user: value.from_user };
    }
  }
}

describe('An INVITE', () => {
  it.each(admissionCases)('$name', (one) => {
    const verdict = run(one);
    const { left_out = {}, ...expected } = one.expect;
    expect(told(verdict)).toEqual(expected.kind === 'challenge' ? { stale: false, ...expected } : expected);
    const listed = verdict.explanation.candidates.map(({ name, left_out: reason }) => [name, reason]);
    expect(Object.fromEntries(listed)).toMatchObject(left_out);
  });
});

describe('the explanation of every case', () => {
  it.each(admissionCases)('is whole: $name', (one) => {
    const { kind, explanation } = run(one);
    expect(explanationSchema.parse(explanation)).toEqual(explanation);
    const decisions = { accept: 'accepted', challenge: 'challenged', refuse: 'refused', drop: 'dropped' };
    expect(explanation.decision).toBe(decisions[kind]);
    expect(explanation.cause === null).toBe(kind === 'accept');
    expect(explanation.summary).toMatch(/^[A-Z].*\.$/);
    expect(explanation.candidates_total).toBe(explanation.candidates.length);
    const ids = explanation.candidates.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { chosen, left_out, detail, found_by } of explanation.candidates) {
      expect([left_out === null, detail === null]).toEqual([chosen, chosen]);
      expect(found_by.length).toBeGreaterThan(0);
    }
    if (kind === 'accept') expect(explanation.candidates.filter(({ chosen }) => chosen)[0]).toBeDefined();
  });

  it.each(admissionCases)('names nothing of another account: $name', (one) => {
    const { explanation } = run(one);
    const account = accountOf(explanation);
    if (account === null) return;
    const text = JSON.stringify(explanationFor(explanation, account));
    const [own, foreign] = account === acme ? ['Acme', 'Beta'] : ['Beta', 'Acme'];
    expect(text).toContain(own);
    expect(text).not.toContain(foreign);
    expect(text).not.toContain(account === acme ? beta : acme);
  });
});

describe('whom an attempt is ascribed to', () => {
  const accountIn = (name: string) => {
    const one = admissionCases.find((each) => each.name === name);
    if (one === undefined) throw new Error(`no case ${name}`);
    return accountOf(run(one).explanation);
  };
  it.each([
    ['for a number that nobody has', null],
    ['for a number without agent', acme],
    ['for a number of a trunk that the source is not listed for, and that has no password', acme],
    ['from an unknown source for a number of a trunk with access list', acme],
    ['from an unknown source for a number that nobody has', null],
    ['with a wrong password', null],
    ['with an unknown user', acme],
    ['with a user name of two tenants and the password of one, for a number of the other', beta],
    ['with user name, password and number that two tenants share', null],
    ['of an agent with a caller number of another account', acme],
    ['from one tenant’s network with a wrong password for another tenant’s trunk', acme],
  ])('%s: %s', (name, account) => {
    expect(accountIn(name)).toBe(account);
  });

  it('nobody, when candidates are not listed', () => {
    const one = admissionCases.find(({ name }) => name === 'with an unknown user');
    if (one === undefined) throw new Error('no such case');
    const { explanation } = run(one);
    expect(accountOf({ ...explanation, candidates_total: 2 })).toBeNull();
  });

  it('counts stay when another account’s candidates go', () => {
    const one = admissionCases.find(({ name }) => name === 'for a number that nobody has');
    if (one === undefined) throw new Error('no such case');
    const seen = explanationFor(run(one).explanation, acme as AccountId);
    expect(seen.candidates.map(({ name }) => name)).toEqual(['Acme by address']);
    expect(seen.candidates_total).toBe(2);
  });
});

describe('a source that nobody knows', () => {
  const outside = (verdict: Verdict<Admission>) => {
    const { explanation: _, ...sent } = verdict;
    return sent;
  };
  const unknown: AdmissionCase = {
    name: '',
    from: '192.0.2.200',
    called: '+4930000000',
    expect: { kind: 'challenge' },
  };

  it('cannot tell an unknown user from a wrong password', () => {
    const users = ['carrier', 'acme-bot', 'acme-lost', 'acme-sleeper', 'acme-at-carrier', 'nobody', ''];
    const answers = users.flatMap((username) =>
      ['+4930000000', '+4930111010', '+4930111001'].map((called) =>
        outside(run({ ...unknown, called, digest: { username, password: 'not it' } })),
      ),
    );
    expect(answers).toHaveLength(21);
    for (const answer of answers) expect(answer).toEqual({ kind: 'refuse', cause: 'bad-credentials' });
  });

  it('is challenged with the same words whatever it asks for', () => {
    const numbers = ['+4930000000', '+4930111010', '+4930111001', '+4930111020', 'alice', null];
    const stale = { username: 'carrier', password: 'acme-pw', nonce: 'old' as const };
    const nobody = { ...stale, username: 'nobody' };
    const plain = new Set(numbers.map((called) => JSON.stringify(outside(run({ ...unknown, called })))));
    expect(plain.size).toBe(1);
    const answers = [stale, nobody].map((digest) => JSON.stringify(outside(run({ ...unknown, digest }))));
    expect(new Set(answers).size).toBe(1);
  });

  it('cannot use a challenge that another address was sent', () => {
    const overheard = authorizationOf({
      ...unknown,
      from: '192.0.2.201',
      digest: { username: 'acme-bot', password: 'bot-pw' },
    });
    const one = { ...unknown, caller: '+4930111001' };
    expect(admit(inviteOf(one, overheard), policy, now, nonces, () => 0).kind).toBe('challenge');
  });
});

import { explanationSchema, maxCandidatesListed } from '@trunkline/contracts/explanation';
import type { Instant } from '@trunkline/contracts/time';
import type { Trunk } from '@trunkline/contracts/trunk';
import { describe, expect, it } from 'vitest';
import { type AdmissionCase, inviteOf } from './admission-case.ts';
import { openWorldSecret, worldAgents, worldNow, worldTrunks } from './admission-world.ts';
import { admit } from './admit.ts';
import { shown } from './details.ts';
import { createNonces } from './nonces.ts';
import { createPolicyIndex } from './policy-index.ts';
import { refusedLater } from './refused-later.ts';

const [first] = worldTrunks;
if (first === undefined) throw new Error('an empty world');

/** `count` trunks on one carrier's network, each with one number, `+4940000000` and up. */
function crowd(count: number, acl: (n: number) => readonly string[]) {
  const policy = createPolicyIndex({ openSecret: openWorldSecret });
  for (const agent of worldAgents) policy.putAgent(agent, 1);
  for (let n = 0; n < count; n += 1) {
    const id = `0T9${String(n).padStart(23, '0')}`;
    const [number] = first?.numbers ?? [];
    const numbers = [{ ...number, number: `+49${4_000_000_000 + n}` }];
    policy.putTrunk({ ...first, id, name: `Trunk ${n}`, acl: acl(n), numbers } as unknown as Trunk, 1);
  }
  return policy;
}
const one: AdmissionCase = { name: '', from: '203.0.113.7', called: '+494000000042', expect: { kind: 'challenge' } };
const run = (policy: ReturnType<typeof crowd>, invite = one) =>
  admit(inviteOf(invite, null), policy, worldNow as Instant, createNonces(Buffer.alloc(32)), () => 0);

describe('an explanation', () => {
  it('lists few of many candidates, the chosen one first, and counts them all', () => {
    const { kind, explanation } = run(crowd(200, () => ['203.0.113.0/24']));
    expect(kind).toBe('accept');
    expect(explanationSchema.parse(explanation).candidates).toHaveLength(maxCandidatesListed);
    expect(explanation.candidates[0]).toMatchObject({ name: 'Trunk 42', chosen: true, found_by: ['acl', 'number'] });
    expect(explanation.candidates.filter(({ chosen }) => chosen)).toHaveLength(1);
    expect(explanation.candidates_total).toBe(200);
  });

  it('counts a trunk once that is on two matching networks', () => {
    const acl = (n: number) => (n % 2 === 0 ? ['203.0.113.0/24', '203.0.113.7/32'] : ['203.0.112.0/23']);
    expect(run(crowd(30, acl)).explanation.candidates_total).toBe(30);
  });

  it('counts trunks that only have the number', () => {
    const { kind, explanation } = run(crowd(50, (n) => (n === 42 ? ['198.51.100.1/32'] : ['203.0.113.0/24'])));
    expect(kind).toBe('refuse');
    expect(explanation.candidates[0]).toMatchObject({
      name: 'Trunk 42',
      left_out: 'source-not-in-acl',
      found_by: ['number'],
      detail: '203.0.113.7 is in none of 198.51.100.1/32',
    });
    expect(explanation.candidates_total).toBe(50);
  });

  it('tells the facts in its summary', () => {
    expect(run(crowd(50, () => ['203.0.113.0/24'])).explanation.summary).toBe(
      'Inbound call to +494000000042, admitted by access list 203.0.113.0/24 on trunk "Trunk 42", goes to agent "Acme bot".',
    );
    expect(run(crowd(1, () => [])).explanation.summary).toBe(
      'The source address is on no access list and the challenge was not answered: INVITE for +494000000042 from 203.0.113.7 over udp.',
    );
  });

  it('names a few networks of a long access list', () => {
    const acl = Array.from({ length: 20 }, (_, n) => `10.0.${n}.0/24`);
    const { explanation } = run(crowd(43, () => acl));
    expect(explanation.candidates[0]?.detail).toBe(
      `203.0.113.7 is in none of ${acl.slice(0, 8).join(', ')} and 12 more`,
    );
  });

  it('of a call that was refused after admission keeps the choice', () => {
    const { explanation } = run(crowd(50, () => ['203.0.113.0/24']));
    const refused = refusedLater(explanation, 'channel-limit');
    expect(refused).toMatchObject({ decision: 'refused', cause: 'channel-limit', candidates: explanation.candidates });
    expect(refused.summary).toMatch(/^All channels of the trunk are in use\. Inbound call/);
  });

  it('shows a caller’s text printable and short', () => {
    expect(shown('+49\r\n<b>\u0000é')).toBe('+49??<b>??');
    expect(shown('1'.repeat(100))).toBe(`${'1'.repeat(48)}...`);
  });
});

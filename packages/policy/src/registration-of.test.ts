import type { Instant } from '@trunkline/contracts/time';
import { expect, it } from 'vitest';
import {
  acme,
  beta,
  buildAgent,
  buildGateway,
  buildNumber,
  buildTrunk,
  openWorldSecret,
  userpass,
  worldNow,
} from './admission-world.ts';
import { admit } from './admit.ts';
import { createNonces } from './nonces.ts';
import { createPolicyIndex } from './policy-index.ts';
import type { ReceivedInvite } from './received-invite.ts';
import { contactUserOf, dialledText } from './registration-of.ts';

const now = worldNow as Instant;
const nonces = createNonces(Buffer.alloc(32));
const ours = '+4930111001';
const contactUser = (key: string): string => contactUserOf(Buffer.from(key).toString('hex').slice(-32));
const more = { auth: userpass('alice', 'pw'), registration: 'we-register', gateways: [buildGateway(1, 'gw.example')] };
const build = (change: Record<string, unknown> = {}) =>
  buildTrunk(1, acme, 'Registered', { ...more, numbers: [buildNumber(1, ours, 1)], ...change });
/** Has the same number for the address that the calls come from. */
const other = buildTrunk(2, beta, 'By address', { acl: ['203.0.113.0/24'], numbers: [buildNumber(2, ours, 2)] });

function decide(trunk: ReturnType<typeof build>, change: Partial<ReceivedInvite> = {}) {
  const policy = createPolicyIndex({ openSecret: openWorldSecret, contactUser });
  for (const [index, each] of [trunk, other].entries()) policy.putTrunk(each, index);
  policy.putAgent(buildAgent(1, acme, 'Bot', 'sip:bot@agent.example'), 1);
  policy.putAgent(buildAgent(2, beta, 'Other bot', 'sip:bot@other.example'), 2);
  const contact = contactUser(`${acme}.${trunk.id}`);
  const invite: ReceivedInvite = {
    source: { address: '203.0.113.99', port: 5060, transport: 'udp' },
    ...{ method: 'INVITE', request_uri: `sip:${contact}@192.0.2.1`, called: contact, to: ours },
    ...{ caller: '+491701234567', from_user: '+491701234567', authorization: null, max_forwards: 70 },
    ...change,
  };
  const verdict = admit(invite, policy, now, nonces, () => 0);
  expect(JSON.stringify(verdict.explanation)).not.toContain(contact);
  return { verdict, invite, contact };
}

it('admits an INVITE for our Contact on its trunk, whoever else has the number and the address', () => {
  const { verdict, invite } = decide(build());
  expect(verdict).toMatchObject({
    kind: 'accept',
    value: { trunk: { name: 'Registered' }, admitted_by: { by: 'registration', detail: 'alice' } },
    explanation: { candidates: [{ name: 'Registered', chosen: true, found_by: ['registration', 'number'] }] },
  });
  expect(dialledText(invite)).toBe(ours);
});

it('a Contact that the carrier insists on can be guessed, so it admits nobody', () => {
  const trunk = build({ registering: { expires_s: 3_600, retry_s: 60, contact_user: 'alice' } });
  for (const called of ['alice', contactUser(`${acme}.${trunk.id}`)]) {
    const { verdict } = decide(trunk, { called, source: { address: '192.0.2.250', port: 5060, transport: 'udp' } });
    expect(verdict.kind).not.toBe('accept');
  }
});

it('takes the only number of the trunk when To has none', () => {
  for (const to of ['alice', null]) {
    expect(decide(build(), { to }).verdict).toMatchObject({ kind: 'accept', value: { number: { number: ours } } });
  }
  const two = build({ numbers: [buildNumber(1, ours, 1), buildNumber(3, '+4930111002', 1)] });
  expect(decide(two, { to: 'alice' }).verdict).toMatchObject({
    ...{ kind: 'refuse', cause: 'number-unknown' },
    explanation: { candidates: [{ name: 'Registered', left_out: 'number-not-on-trunk' }], candidates_total: 1 },
  });
});

it.each([
  ['is switched off', { is_active: false }, 'trunk-inactive'],
  ['only calls out', { direction: 'outbound' }, 'inbound-disabled'],
] as const)('refuses when the trunk %s', (_what, change, cause) => {
  expect(decide(build(change)).verdict).toMatchObject({ kind: 'refuse', cause });
});

it('knows no Contact of a trunk that does not register, nor any other', () => {
  const source = { address: '198.51.100.1', port: 5060, transport: 'udp' } as const;
  expect(decide(build({ registration: 'none' }), { source }).verdict.kind).toBe('challenge');
  const called = contactUserOf('0'.repeat(32));
  expect(decide(build(), { source, called }).verdict.kind).toBe('challenge');
});

import type { Agent } from '@trunkline/contracts/agent';
import type { Instant } from '@trunkline/contracts/time';
import type { Trunk } from '@trunkline/contracts/trunk';
import { formatCredentials } from '@trunkline/sip/digest-credentials';
import { answerChallenge } from '@trunkline/sip/digest-response';
import { describe, expect, it } from 'vitest';
import { type AdmissionCase, inviteOf } from './admission-case.ts';
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

/** Who gets the call when several could: settings too odd for the world of the case table. */

const source = '203.0.113.7';
const host = `${source}/32`;
const number = '+4930111001';
const nonces = createNonces(Buffer.alloc(32));
const now = worldNow as Instant;

const trunk = (n: number, name: string, more: Record<string, unknown> = {}, account = acme) =>
  buildTrunk(n, account, name, {
    acl: ['203.0.113.0/24'],
    gateways: [buildGateway(n, `gw${n}.example`)],
    numbers: [buildNumber(n, number, 1)],
    ...more,
  });
const bot = (n: number, more: Record<string, unknown> = {}, account = acme) =>
  buildAgent(n, account, `Bot ${n}`, 'sip:bot@agent.example', more);

function run(trunks: Trunk[], agents: Agent[], more: Partial<AdmissionCase> = {}, user?: [string, string]) {
  const policy = createPolicyIndex({ openSecret: openWorldSecret });
  for (const one of trunks) policy.putTrunk(one, 1);
  for (const one of agents) policy.putAgent(one, 1);
  const [username, password] = user ?? ['', ''];
  const nonce = nonces.make(now, source);
  const challenge = { realm: 'trunkline', nonce, algorithm: 'MD5', qop: 'auth', opaque: null, stale: false } as const;
  const answer = answerChallenge([challenge], {
    username,
    password,
    method: 'INVITE',
    uri: 'sip:x',
    cnonce: 'c',
    count: 1,
  });
  const authorization = user === undefined || answer === undefined ? null : formatCredentials(answer);
  const invite = inviteOf(
    { name: '', from: source, called: number, expect: { kind: 'challenge' }, ...more },
    authorization,
  );
  const verdict = admit(invite, policy, now, nonces, () => 0);
  const left = verdict.explanation.candidates.map(({ name, left_out }) => `${name}: ${left_out ?? 'chosen'}`);
  if (verdict.kind !== 'accept') return { end: `${verdict.kind} ${verdict.cause}`, left, verdict };
  const { direction, trunk: via, agent } = verdict.value;
  return { end: `${direction} ${via.name} ${agent.name}`, left, verdict };
}

describe('of several trunks with the called number', () => {
  it('the one with the longest prefix takes the call', () => {
    const { end, left } = run(
      [trunk(1, 'Wide'), trunk(2, 'Narrow', { acl: [host] }, beta)],
      [bot(1), bot(1, {}, beta)],
    );
    expect(end).toBe('inbound Narrow Bot 1');
    expect(left).toEqual(['Narrow: chosen', 'Wide: ambiguous']);
  });

  it('one that is in use goes before one that is not', () => {
    const { end, left } = run([trunk(1, 'Wide'), trunk(2, 'Narrow', { acl: [host], is_active: false })], [bot(1)]);
    expect(end).toBe('inbound Wide Bot 1');
    expect(left).toEqual(['Wide: chosen', 'Narrow: trunk-inactive']);
  });

  it('the one whose list has the source takes the call unasked, though another has a password', () => {
    const auth = userpass('carrier', 'pw');
    const { end } = run([trunk(1, 'Listed'), trunk(2, 'By password', { acl: [], auth }, beta)], [bot(1)]);
    expect(end).toBe('inbound Listed Bot 1');
  });

  it('none takes the call when two have the same right to it', () => {
    const { end, left } = run([trunk(1, 'One'), trunk(2, 'Two', {}, beta)], [bot(1)]);
    expect(end).toBe('refuse number-ambiguous');
    expect(left).toEqual(['One: ambiguous', 'Two: ambiguous']);
  });

  it('a trunk that lists it twice is one, and the entry with agent counts', () => {
    const twice = (first: number | null, second: number | null) => [
      buildNumber(1, number, first),
      buildNumber(2, number.slice(1), second),
    ];
    expect(run([trunk(1, 'Twice', { numbers: twice(null, 1) })], [bot(1)]).end).toBe('inbound Twice Bot 1');
    expect(run([trunk(1, 'Twice', { numbers: twice(1, null) })], [bot(1)]).end).toBe('inbound Twice Bot 1');
  });

  it('those of one user name and password are counted, also beyond the list', () => {
    const many = Array.from({ length: 20 }, (_, n) =>
      trunk(n, `T${n}`, { acl: [], auth: userpass('same', 'pw'), numbers: [buildNumber(n, `+49301110${10 + n}`, 1)] }),
    );
    const { end, verdict } = run(many, [bot(1)], { called: '+4930111010' }, ['same', 'pw']);
    expect(end).toBe('inbound T0 Bot 1');
    expect(verdict.explanation.candidates).toHaveLength(16);
    expect(verdict.explanation.candidates_total).toBe(20);
  });
});

describe('a national number', () => {
  it('is read by the country of the trunk, not by that of others', () => {
    const american = trunk(1, 'American', { number_format: { style: '+e164', country: 'US' } });
    const german = trunk(2, 'German', { numbers: [] }, beta);
    expect(run([american, german], [bot(1)], { called: '030111001' }).end).toBe('refuse number-unknown');
  });
});

describe('of several agents behind one source', () => {
  const elsewhere = { acl: [], is_active: true };
  const call = { called: '+4940123456', caller: number };
  const here = { acl: [host] };

  it('the one that the caller number belongs to is calling', () => {
    const numbers = [buildNumber(1, number, 2)];
    const { end } = run([trunk(1, 'T', { ...elsewhere, numbers })], [bot(1, here), bot(2, here), bot(3, here)], call);
    expect(end).toBe('outbound T Bot 2');
  });

  it('one that is switched off is not', () => {
    const { end } = run([trunk(1, 'T', elsewhere)], [bot(1, { ...here, is_active: false }), bot(2, here)], call);
    expect(end).toBe('outbound T Bot 2');
  });

  it('the one with the longer prefix is, then the elder', () => {
    const numbers = [buildNumber(1, number, null)];
    const one = trunk(1, 'T', { ...elsewhere, numbers });
    expect(run([one], [bot(1, { acl: ['203.0.113.0/24'] }), bot(2, here)], call).end).toBe('outbound T Bot 2');
    expect(run([one], [bot(2, here), bot(1, here)], call).end).toBe('outbound T Bot 1');
  });
});

describe('of several trunks with the caller number', () => {
  const call = { called: '+4940123456', caller: number };
  const agent = bot(1, { acl: [host] });

  it('one that leads somewhere is taken', () => {
    const { end, left } = run(
      [trunk(1, 'Nowhere', { acl: [], gateways: [] }), trunk(2, 'T', { acl: [] })],
      [agent],
      call,
    );
    expect(end).toBe('outbound T Bot 1');
    expect(left).toContain('Nowhere: ambiguous');
  });

  it('the elder is taken', () => {
    expect(run([trunk(2, 'Younger', { acl: [] }), trunk(1, 'Elder', { acl: [] })], [agent], call).end).toBe(
      'outbound Elder Bot 1',
    );
  });
});

describe('a source of carrier and agent', () => {
  it('goes out where the trunk that it could come in by is not in use', () => {
    const off = trunk(1, 'Off', { acl: [host], is_active: false, numbers: [buildNumber(1, '+4940123456', 1)] });
    const out = trunk(2, 'Out', { acl: [] });
    const { end } = run([off, out], [bot(1, { acl: [host] })], { called: '+4940123456', caller: number });
    expect(end).toBe('outbound Out Bot 1');
  });

  it('that proves to be an agent is answered as one, whatever network it is in', () => {
    const foreign = trunk(1, 'Foreign', { acl: [host], numbers: [] }, beta);
    const other = trunk(2, 'Other', { acl: [], numbers: [buildNumber(2, '+4930222001', 1)] }, beta);
    const agents = [
      bot(1, { auth: userpassOf('acme-bot', 'pw') }),
      bot(1, { auth: userpassOf('beta-bot', 'pw') }, beta),
    ];
    const call = { called: '+4940123456', caller: '+4930222001' };
    expect(run([foreign, other], agents, call).end).toBe('challenge source-unknown');
    expect(run([foreign, other], agents, call, ['acme-bot', 'pw']).end).toBe('refuse caller-number-not-owned');
    expect(run([foreign, other], agents, call, ['beta-bot', 'pw']).end).toBe('outbound Other Bot 1');
  });
});

function userpassOf(username: string, password: string) {
  return { username, password: userpass(username, password).password };
}

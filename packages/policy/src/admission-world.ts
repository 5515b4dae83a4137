import { type Agent, agentSchema } from '@trunkline/contracts/agent';
import { type Trunk, trunkSchema } from '@trunkline/contracts/trunk';
import type { OpenSecret } from './secrets.ts';

/**
 * A small world to try admission in: two accounts, their trunks and agents. The unit tests put it into a policy index, the API's
 * tests into the store, and both run the cases of `admission-cases.ts`.
 */

/** A ULID that says what it is: `0T000…7` is the seventh trunk. */
const id = (kind: 'A' | 'T' | 'G' | 'N' | 'W', n: number) => `0${kind}${String(n).padStart(24, '0')}`;

export const acme = id('A', 1);
export const beta = id('A', 2);

/** 2026-01-01T00:00:00Z: the moment of every case. */
export const worldNow = Date.UTC(2026, 0, 1);

/** Not encryption: the world's sealed passwords carry themselves, so that a case can say who knows which. */
const seal = (password: string) => `v1.world.0.${Buffer.from(password, 'utf8').toString('base64url')}`;
const unopenable = 'v1.lost.0.AAAA';

/** Opens the world's passwords; one of them was sealed with a key that is lost. */
export const openWorldSecret: OpenSecret = (sealed) => {
  const [, key, , text = ''] = sealed.split('.');
  if (key !== 'world') throw new Error('no such key');
  return Buffer.from(text, 'base64url').toString('utf8');
};

type Loose = Record<string, unknown>;
const stamps = { created_at: worldNow - 1_000, updated_at: worldNow - 1_000 };

export function buildGateway(n: number, host: string, priority = 1, weight = 1) {
  return { id: id('W', n), host, port: 5060, priority, weight, created_at: worldNow - 1_000 };
}

export function buildNumber(n: number, text: string, agent: number | null) {
  return {
    id: id('N', n),
    number: text,
    name: null,
    e164_check_enabled: false,
    agent: agent === null ? null : id('G', agent),
    ...stamps,
  };
}

export function buildTrunk(n: number, account: string, name: string, more: Loose): Trunk {
  return trunkSchema.parse({
    id: id('T', n),
    account,
    name,
    provider: 'example',
    description: null,
    direction: 'both',
    auth: { kind: 'ip' },
    registration: 'none',
    gateways: [],
    acl: [],
    transport: 'udp',
    media: { codecs: ['PCMU', 'PCMA'], encryption: 'no', symmetric_rtp: true, direct_media: false, ice: false },
    force_rport: true,
    number_format: { style: '+e164', country: 'DE' },
    qualify: { interval_s: 60 },
    limits: { channels: null, calls_per_second: null },
    numbers: [],
    is_active: true,
    expires_at: null,
    ...stamps,
    ...more,
  });
}

export function buildAgent(n: number, account: string, name: string, uri: string, more: Loose = {}): Agent {
  const whole = { id: id('G', n), account, name, uri, auth: null, acl: [], is_active: true, ...stamps, ...more };
  return agentSchema.parse(whole);
}

export const userpass = (username: string, password: string) => ({
  kind: 'userpass',
  username,
  password: seal(password),
});

export const worldAgents: readonly Agent[] = [
  buildAgent(1, acme, 'Acme bot', 'sip:agent.acme.example', {
    auth: { username: 'acme-bot', password: seal('bot-pw') },
    acl: ['10.0.0.5/32'],
  }),
  buildAgent(2, acme, 'Acme sleeper', 'sip:sleeper@acme.example', {
    auth: { username: 'acme-sleeper', password: seal('zzz') },
    is_active: false,
  }),
  buildAgent(3, beta, 'Beta bot', 'sip:bot@beta.example:5070;transport=tcp', {
    acl: ['203.0.113.9/32', '192.0.2.50/32'],
  }),
  buildAgent(4, acme, 'Acme lost', 'sip:lost.acme.example', { auth: { username: 'acme-lost', password: unopenable } }),
];

export const worldTrunks: readonly Trunk[] = [
  buildTrunk(1, acme, 'Acme by address', {
    acl: ['203.0.113.0/24', '2001:db8:1::/48'],
    gateways: [buildGateway(1, '198.51.100.2', 2), buildGateway(2, '198.51.100.1', 1)],
    numbers: [
      buildNumber(1, '+49 30 111001', 1),
      buildNumber(2, '+4930111002', null),
      buildNumber(3, '+4930111003', 2),
    ],
  }),
  buildTrunk(2, beta, 'Beta by address', {
    acl: ['203.0.113.0/24'],
    gateways: [buildGateway(3, '2001:db8::7')],
    transport: 'tls',
    numbers: [buildNumber(4, '+4930222001', 3)],
  }),
  buildTrunk(3, acme, 'Acme by password', {
    direction: 'inbound',
    auth: userpass('carrier', 'acme-pw'),
    numbers: [buildNumber(5, '+4930111010', 1)],
  }),
  buildTrunk(4, beta, 'Beta by password', {
    direction: 'inbound',
    auth: userpass('carrier', 'beta-pw'),
    acl: ['198.51.100.77/32'],
    numbers: [buildNumber(6, '+4930222010', 3)],
  }),
  buildTrunk(5, acme, 'Acme twin', { auth: userpass('twin', 'twin-pw'), numbers: [buildNumber(7, '+4930999001', 1)] }),
  buildTrunk(6, beta, 'Beta twin', { auth: userpass('twin', 'twin-pw'), numbers: [buildNumber(8, '+4930999001', 3)] }),
  buildTrunk(7, acme, 'Acme off', {
    acl: ['192.0.2.7/32'],
    is_active: false,
    gateways: [buildGateway(4, '198.51.100.4')],
    numbers: [buildNumber(9, '+4930111020', 1)],
  }),
  buildTrunk(8, acme, 'Acme expired', {
    acl: ['192.0.2.8/32'],
    expires_at: worldNow,
    gateways: [buildGateway(5, '198.51.100.5')],
    numbers: [buildNumber(10, '+4930111021', 1)],
  }),
  buildTrunk(9, acme, 'Acme outbound', {
    direction: 'outbound',
    auth: userpass('acme-at-carrier', 'carrier-pw'),
    acl: ['192.0.2.9/32'],
    transport: 'tcp',
    gateways: [buildGateway(6, 'sip.carrier.example')],
    number_format: { style: 'national', country: 'DE' },
    numbers: [buildNumber(11, '+4930111030', 1)],
  }),
  buildTrunk(10, acme, 'Acme without gateway', {
    acl: ['192.0.2.10/32'],
    numbers: [buildNumber(12, '+4930111040', 1)],
  }),
  buildTrunk(11, acme, 'Acme national', { acl: ['192.0.2.11/32'], numbers: [buildNumber(13, '030 333 001', 1)] }),
  buildTrunk(12, beta, 'Beta extension', {
    acl: ['192.0.2.50/32'],
    gateways: [buildGateway(7, '198.51.100.7')],
    number_format: { style: 'e164', country: 'US' },
    numbers: [buildNumber(14, '1001', 3), buildNumber(15, '+12125550100', 3)],
  }),
  buildTrunk(13, beta, 'Beta inbound only', { direction: 'inbound', numbers: [buildNumber(16, '+4930222013', 3)] }),
];

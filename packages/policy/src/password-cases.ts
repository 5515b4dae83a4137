import type { AdmissionCase } from './admission-case.ts';

const stranger = '192.0.2.200';
const sharedCarrier = '203.0.113.7';
const toAcmeBot = (user: string) => `sip:${user}@agent.acme.example`;

/** INVITEs from sources that nobody listed, without and with digest. */
export const passwordCases: readonly AdmissionCase[] = [
  {
    name: 'from an unknown source for a number of a trunk with access list',
    from: stranger,
    called: '+4930111001',
    expect: { kind: 'challenge', left_out: { 'Acme by address': 'source-not-in-acl' } },
  },
  {
    name: 'from an unknown source for a number that only To names',
    from: stranger,
    called: 'trunkline',
    to: '+4930111001',
    expect: { kind: 'challenge', left_out: { 'Acme by address': 'source-not-in-acl' } },
  },
  {
    name: 'from an unknown source for a number of a trunk with password',
    from: stranger,
    called: '+4930111010',
    expect: { kind: 'challenge', left_out: { 'Acme by password': 'credentials-missing' } },
  },
  {
    name: 'from an unknown source for a number that nobody has',
    from: stranger,
    called: '+4930000000',
    expect: { kind: 'challenge' },
  },
  {
    name: 'from an address that cannot be read',
    from: 'localhost',
    called: '+4930111001',
    expect: { kind: 'challenge' },
  },
  {
    name: 'with credentials for another realm',
    from: stranger,
    called: '+4930111010',
    digest: { username: 'carrier', password: 'acme-pw', realm: 'elsewhere' },
    expect: { kind: 'challenge' },
  },
  {
    name: 'with another scheme',
    from: stranger,
    called: '+4930111010',
    authorization: 'Basic Y2FycmllcjphY21lLXB3',
    expect: { kind: 'challenge' },
  },
  {
    name: 'with an Authorization header that cannot be read',
    from: stranger,
    called: '+4930111010',
    authorization: 'Digest username="carrier"',
    expect: { kind: 'refuse', cause: 'malformed-request' },
  },
  {
    name: 'with an old nonce',
    from: stranger,
    called: '+4930111010',
    digest: { username: 'carrier', password: 'acme-pw', nonce: 'old' },
    expect: { kind: 'challenge', stale: true },
  },
  {
    name: 'with an old nonce and an unknown user',
    from: stranger,
    called: '+4930111010',
    digest: { username: 'nobody', password: 'x', nonce: 'old' },
    expect: { kind: 'challenge', stale: true },
  },
  {
    name: 'with a nonce that we did not make',
    from: stranger,
    called: '+4930111010',
    digest: { username: 'carrier', password: 'acme-pw', nonce: 'foreign' },
    expect: { kind: 'challenge', stale: true },
  },
  {
    name: 'with a wrong password',
    from: stranger,
    called: '+4930111010',
    digest: { username: 'carrier', password: 'wrong' },
    expect: {
      kind: 'refuse',
      cause: 'bad-credentials',
      left_out: { 'Acme by password': 'credentials-wrong', 'Beta by password': 'credentials-wrong' },
    },
  },
  {
    name: 'with an unknown user',
    from: stranger,
    called: '+4930111010',
    digest: { username: 'nobody', password: 'acme-pw' },
    expect: { kind: 'refuse', cause: 'bad-credentials', left_out: { 'Acme by password': 'credentials-missing' } },
  },
  {
    name: 'with the user name that an outbound trunk has at its carrier',
    from: stranger,
    called: '+4930111030',
    digest: { username: 'acme-at-carrier', password: 'carrier-pw' },
    expect: { kind: 'refuse', cause: 'bad-credentials', left_out: { 'Acme outbound': 'source-not-in-acl' } },
  },
  {
    name: 'with the password of an agent whose stored password cannot be opened',
    from: stranger,
    called: '+4940123456',
    digest: { username: 'acme-lost', password: 'anything' },
    expect: { kind: 'refuse', cause: 'bad-credentials', left_out: { 'Acme lost': 'credentials-wrong' } },
  },

  ...(['MD5', 'SHA-256', 'SHA-256-sess'] as const).map(
    (algorithm): AdmissionCase => ({
      name: `with the right password by ${algorithm}`,
      from: stranger,
      called: '+4930111010',
      digest: { username: 'carrier', password: 'acme-pw', algorithm },
      expect: {
        kind: 'inbound',
        trunk: 'Acme by password',
        agent: 'Acme bot',
        uri: toAcmeBot('+4930111010'),
        by: 'digest:carrier',
      },
    }),
  ),
  {
    name: 'with a user name of two tenants and the password of one, for a number of the other',
    from: stranger,
    called: '+4930111010',
    digest: { username: 'carrier', password: 'beta-pw' },
    expect: {
      kind: 'refuse',
      cause: 'number-unknown',
      left_out: { 'Beta by password': 'number-not-on-trunk', 'Acme by password': 'credentials-missing' },
    },
  },
  {
    name: 'with user name, password and number that two tenants share',
    from: stranger,
    called: '+4930999001',
    digest: { username: 'twin', password: 'twin-pw' },
    expect: {
      kind: 'refuse',
      cause: 'number-ambiguous',
      left_out: { 'Acme twin': 'ambiguous', 'Beta twin': 'ambiguous' },
    },
  },
  {
    name: 'from one tenant’s network for a number of another tenant’s trunk with password is asked for it',
    from: sharedCarrier,
    called: '+4930111010',
    expect: { kind: 'challenge', left_out: { 'Acme by password': 'credentials-missing' } },
  },
  {
    name: 'from one tenant’s network with a wrong password for another tenant’s trunk',
    from: '192.0.2.11',
    called: '+4930222010',
    digest: { username: 'carrier', password: 'wrong' },
    expect: {
      kind: 'refuse',
      cause: 'bad-credentials',
      left_out: { 'Beta by password': 'credentials-wrong', 'Acme national': 'number-not-on-trunk' },
    },
  },
  {
    name: 'from one tenant’s network with the password of another tenant’s trunk',
    from: '192.0.2.50',
    called: '+4930111010',
    digest: { username: 'carrier', password: 'acme-pw' },
    expect: {
      kind: 'inbound',
      trunk: 'Acme by password',
      agent: 'Acme bot',
      uri: toAcmeBot('+4930111010'),
      by: 'digest:carrier',
      left_out: { 'Beta extension': 'number-not-on-trunk' },
    },
  },
];

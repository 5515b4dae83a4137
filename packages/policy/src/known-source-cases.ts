import type { AdmissionCase } from './admission-case.ts';

const sharedCarrier = '203.0.113.7';
const toAcmeBot = (user: string) => `sip:${user}@agent.acme.example`;
const toBetaBot = 'sip:bot@beta.example:5070;transport=tcp';

/** INVITEs from networks on the access list of a trunk, admitted and refused. */
export const knownSourceCases: readonly AdmissionCase[] = [
  {
    name: 'from a network on an access list, for a number of that trunk, goes to the number’s agent',
    from: sharedCarrier,
    called: '+4930111001',
    expect: {
      kind: 'inbound',
      trunk: 'Acme by address',
      agent: 'Acme bot',
      uri: toAcmeBot('+4930111001'),
      by: '203.0.113.0/24',
      left_out: { 'Beta by address': 'number-not-on-trunk' },
    },
  },
  {
    name: 'from the same network for the other tenant’s number goes to the other tenant',
    from: sharedCarrier,
    called: '+4930222001',
    expect: {
      kind: 'inbound',
      trunk: 'Beta by address',
      agent: 'Beta bot',
      uri: toBetaBot,
      by: '203.0.113.0/24',
      left_out: { 'Acme by address': 'number-not-on-trunk' },
    },
  },
  ...['4930111001', '+49(30)111-001', '%2B4930111001', '111001;phone-context=+4930', '030111001', '004930111001'].map(
    (called): AdmissionCase => ({
      name: `finds +49 30 111001 when it is dialled as ${called}`,
      from: sharedCarrier,
      called,
      expect: {
        kind: 'inbound',
        trunk: 'Acme by address',
        agent: 'Acme bot',
        uri: toAcmeBot('+4930111001'),
        by: '203.0.113.0/24',
      },
    }),
  ),
  {
    name: 'finds by To what the Request-URI does not name',
    from: sharedCarrier,
    called: 'trunkline',
    to: '+4930111001',
    expect: {
      kind: 'inbound',
      trunk: 'Acme by address',
      agent: 'Acme bot',
      uri: toAcmeBot('+4930111001'),
      by: '203.0.113.0/24',
    },
  },
  {
    name: 'over IPv6 is matched as over IPv4',
    from: '2001:db8:1::99',
    called: '+4930111001',
    expect: {
      kind: 'inbound',
      trunk: 'Acme by address',
      agent: 'Acme bot',
      uri: toAcmeBot('+4930111001'),
      by: '2001:db8:1::/48',
    },
  },
  {
    name: 'from an IPv4 address that a socket shows as IPv6 is the IPv4 address',
    from: '::ffff:203.0.113.7',
    called: '+4930222001',
    expect: { kind: 'inbound', trunk: 'Beta by address', agent: 'Beta bot', uri: toBetaBot, by: '203.0.113.0/24' },
  },
  ...['+4930333001', '030333001', '4930333001'].map(
    (called): AdmissionCase => ({
      name: `finds a number configured in its national form when it is dialled as ${called}`,
      from: '192.0.2.11',
      called,
      expect: {
        kind: 'inbound',
        trunk: 'Acme national',
        agent: 'Acme bot',
        uri: toAcmeBot('030333001'),
        by: '192.0.2.11/32',
      },
    }),
  ),
  {
    name: 'finds an extension, which is no telephone number',
    from: '192.0.2.50',
    called: '1001',
    expect: { kind: 'inbound', trunk: 'Beta extension', agent: 'Beta bot', uri: toBetaBot, by: '192.0.2.50/32' },
  },
  {
    name: 'with a wrong password from a network on an access list is admitted all the same',
    from: sharedCarrier,
    called: '+4930111001',
    digest: { username: 'nobody', password: 'x' },
    expect: {
      kind: 'inbound',
      trunk: 'Acme by address',
      agent: 'Acme bot',
      uri: toAcmeBot('+4930111001'),
      by: '203.0.113.0/24',
    },
  },

  {
    name: 'for a number that nobody has',
    from: sharedCarrier,
    called: '+4930000000',
    expect: {
      kind: 'refuse',
      cause: 'number-unknown',
      left_out: { 'Acme by address': 'number-not-on-trunk', 'Beta by address': 'number-not-on-trunk' },
    },
  },
  {
    name: 'for a number of a trunk that the source is not listed for, and that has no password',
    from: '192.0.2.11',
    called: '+4930222001',
    expect: {
      kind: 'refuse',
      cause: 'number-unknown',
      left_out: { 'Beta by address': 'source-not-in-acl', 'Acme national': 'number-not-on-trunk' },
    },
  },
  {
    name: 'without any called number',
    from: '192.0.2.11',
    called: null,
    expect: { kind: 'refuse', cause: 'number-unknown', left_out: { 'Acme national': 'number-not-on-trunk' } },
  },
  {
    name: 'for a number without agent',
    from: sharedCarrier,
    called: '+4930111002',
    expect: { kind: 'refuse', cause: 'number-without-agent', left_out: { 'Beta by address': 'number-not-on-trunk' } },
  },
  {
    name: 'for a number whose agent is switched off',
    from: sharedCarrier,
    called: '+4930111003',
    expect: { kind: 'refuse', cause: 'agent-inactive', left_out: { 'Acme sleeper': 'agent-inactive' } },
  },
  {
    name: 'for a number of a trunk that is switched off',
    from: '192.0.2.7',
    called: '+4930111020',
    expect: { kind: 'refuse', cause: 'trunk-inactive', left_out: { 'Acme off': 'trunk-inactive' } },
  },
  {
    name: 'for a number of a trunk that has expired',
    from: '192.0.2.8',
    called: '+4930111021',
    expect: { kind: 'refuse', cause: 'trunk-expired', left_out: { 'Acme expired': 'trunk-expired' } },
  },
  {
    name: 'for a number of a trunk that only calls out',
    from: '192.0.2.9',
    called: '+4930111030',
    expect: { kind: 'refuse', cause: 'inbound-disabled', left_out: { 'Acme outbound': 'inbound-disabled' } },
  },
  {
    name: 'on its last hop',
    from: '192.0.2.50',
    called: '1001',
    max_forwards: 1,
    expect: { kind: 'inbound', trunk: 'Beta extension', agent: 'Beta bot', uri: toBetaBot, by: '192.0.2.50/32' },
  },
  {
    name: 'that has been forwarded too often',
    from: sharedCarrier,
    called: '+4930111001',
    max_forwards: 0,
    expect: { kind: 'refuse', cause: 'too-many-hops' },
  },
];

import type { Cause } from '@trunkline/contracts/causes';
import type { LeftOut } from '@trunkline/contracts/explanation';
import type { ReceivedInvite } from './received-invite.ts';

/** What an INVITE proves by digest. Default realm and a fresh nonce of ours unless said otherwise. */
export interface CaseDigest {
  readonly username: string;
  readonly password: string;
  readonly nonce?: 'fresh' | 'old' | 'foreign';
  readonly realm?: string;
  readonly algorithm?: 'MD5' | 'SHA-256' | 'SHA-256-sess';
}

export interface AdmissionCase {
  /** Reads on from "An INVITE". */
  readonly name: string;
  readonly from: string;
  readonly called: string | null;
  readonly to?: string;
  readonly caller?: string | null;
  readonly digest?: CaseDigest;
  /** Instead of `digest`: the header as it came. */
  readonly authorization?: string;
  readonly max_forwards?: number;
  readonly expect: Expected;
}

/** Names of trunks and agents that are listed and left out. Those that are not named may be listed or not. */
type LeftOutByName = Readonly<Record<string, LeftOut>>;

export type Expected = { readonly left_out?: LeftOutByName } & (
  | {
      readonly kind: 'inbound';
      readonly trunk: string;
      readonly agent: string;
      readonly uri: string;
      /** The network, or `digest:` and the user name. */
      readonly by: string;
    }
  | {
      readonly kind: 'outbound';
      readonly agent: string;
      readonly trunk: string;
      readonly uris: readonly string[];
      readonly from_user: string;
      readonly by: string;
    }
  | { readonly kind: 'challenge'; readonly stale?: boolean }
  | { readonly kind: 'refuse'; readonly cause: Cause }
);

const stranger = '192.0.2.200';
const sharedCarrier = '203.0.113.7';
const foreignCaller = '+15557654321';
const toAcmeBot = (user: string) => `sip:${user}@agent.acme.example`;
const toBetaBot = 'sip:bot@beta.example:5070;transport=tcp';

/** In the world of `admission-world.ts`, at its moment. */
export const admissionCases: readonly AdmissionCase[] = [
  // By address
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

  // Refused though known
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

  // Unknown sources
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

  // By password
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

  // Agents
  {
    name: 'of an agent, known by its address, leaves by the trunk of its caller number, gateways by priority',
    from: '10.0.0.5',
    called: '+4940123456',
    caller: '+4930111001',
    expect: {
      kind: 'outbound',
      agent: 'Acme bot',
      trunk: 'Acme by address',
      uris: ['sip:+4940123456@198.51.100.1:5060', 'sip:+4940123456@198.51.100.2:5060'],
      from_user: '+4930111001',
      by: '10.0.0.5/32',
    },
  },
  {
    name: 'of an agent, known by its password, in the format of a national trunk',
    from: stranger,
    called: '+4940123456',
    caller: '4930111030',
    digest: { username: 'acme-bot', password: 'bot-pw' },
    expect: {
      kind: 'outbound',
      agent: 'Acme bot',
      trunk: 'Acme outbound',
      uris: ['sip:040123456@sip.carrier.example:5060;transport=tcp'],
      from_user: '030111030',
      by: 'digest:acme-bot',
    },
  },
  {
    name: 'of an agent abroad by a national trunk takes the international prefix',
    from: '10.0.0.5',
    called: '+12125550123',
    caller: '+4930111030',
    expect: {
      kind: 'outbound',
      agent: 'Acme bot',
      trunk: 'Acme outbound',
      uris: ['sip:0012125550123@sip.carrier.example:5060;transport=tcp'],
      from_user: '030111030',
      by: '10.0.0.5/32',
    },
  },
  {
    name: 'of an agent to a number of its own account is a call like any other',
    from: '10.0.0.5',
    called: '+4930111002',
    caller: '+4930111001',
    expect: {
      kind: 'outbound',
      agent: 'Acme bot',
      trunk: 'Acme by address',
      uris: ['sip:+4930111002@198.51.100.1:5060', 'sip:+4930111002@198.51.100.2:5060'],
      from_user: '+4930111001',
      by: '10.0.0.5/32',
    },
  },
  {
    name: 'of an agent to a number of another tenant’s trunk with password is not asked for it',
    from: '10.0.0.5',
    called: '+4930222010',
    caller: '+4930111030',
    expect: {
      kind: 'outbound',
      agent: 'Acme bot',
      trunk: 'Acme outbound',
      uris: ['sip:030222010@sip.carrier.example:5060;transport=tcp'],
      from_user: '030111030',
      by: '10.0.0.5/32',
    },
  },
  {
    name: 'of an agent whose called number is in To alone',
    from: '10.0.0.5',
    called: null,
    to: '+4940123456',
    caller: '+4930111030',
    expect: {
      kind: 'outbound',
      agent: 'Acme bot',
      trunk: 'Acme outbound',
      uris: ['sip:040123456@sip.carrier.example:5060;transport=tcp'],
      from_user: '030111030',
      by: '10.0.0.5/32',
    },
  },
  {
    name: 'of an agent without caller number',
    from: '10.0.0.5',
    called: '+4940123456',
    caller: null,
    expect: {
      kind: 'refuse',
      cause: 'caller-number-missing',
      left_out: { 'Acme bot': 'caller-number-not-on-trunk' },
    },
  },
  {
    name: 'of an agent with a caller number of another account',
    from: '10.0.0.5',
    called: '+4940123456',
    caller: '+4930222001',
    expect: {
      kind: 'refuse',
      cause: 'caller-number-not-owned',
      left_out: { 'Acme bot': 'caller-number-not-on-trunk', 'Beta by address': 'other-account' },
    },
  },
  {
    name: 'of an agent for something that cannot be called',
    from: '10.0.0.5',
    called: 'alice',
    caller: '+4930111001',
    expect: { kind: 'refuse', cause: 'callee-number-invalid' },
  },
  {
    name: 'of an agent by a trunk without gateway',
    from: '10.0.0.5',
    called: '+4940123456',
    caller: '+4930111040',
    expect: { kind: 'refuse', cause: 'no-gateway' },
  },
  {
    name: 'of an agent by a trunk that is switched off',
    from: '10.0.0.5',
    called: '+4940123456',
    caller: '+4930111020',
    expect: { kind: 'refuse', cause: 'trunk-inactive', left_out: { 'Acme off': 'trunk-inactive' } },
  },
  {
    name: 'of an agent by a trunk that has expired',
    from: '10.0.0.5',
    called: '+4940123456',
    caller: '+4930111021',
    expect: { kind: 'refuse', cause: 'trunk-expired', left_out: { 'Acme expired': 'trunk-expired' } },
  },
  {
    name: 'of an agent by a trunk that only takes calls',
    from: '192.0.2.50',
    called: '+4940123456',
    caller: '+4930222013',
    expect: { kind: 'refuse', cause: 'outbound-disabled', left_out: { 'Beta inbound only': 'outbound-disabled' } },
  },
  {
    name: 'of an agent that is switched off',
    from: stranger,
    called: '+4940123456',
    caller: '+4930111001',
    digest: { username: 'acme-sleeper', password: 'zzz' },
    expect: { kind: 'refuse', cause: 'agent-inactive', left_out: { 'Acme sleeper': 'agent-inactive' } },
  },
  {
    name: 'of an agent from a network of another tenant’s carrier, without password, is asked for it',
    from: '192.0.2.11',
    called: '+4940123456',
    caller: '+4930111001',
    expect: { kind: 'challenge' },
  },

  // Sources that are a carrier's and an agent's
  {
    name: 'from a source of carrier and agent for a number of the trunk comes in',
    from: '192.0.2.50',
    called: '+12125550100',
    caller: foreignCaller,
    expect: { kind: 'inbound', trunk: 'Beta extension', agent: 'Beta bot', uri: toBetaBot, by: '192.0.2.50/32' },
  },
  {
    name: 'from a source of carrier and agent with a caller number of the account goes out',
    from: '192.0.2.50',
    called: '+12125550199',
    caller: '+12125550100',
    expect: {
      kind: 'outbound',
      agent: 'Beta bot',
      trunk: 'Beta extension',
      uris: ['sip:12125550199@198.51.100.7:5060'],
      from_user: '12125550100',
      by: '192.0.2.50/32',
      left_out: {},
    },
  },
  {
    name: 'from a source of carrier and agent that fits both ways comes in',
    from: '192.0.2.50',
    called: '1001',
    caller: '+12125550100',
    expect: { kind: 'inbound', trunk: 'Beta extension', agent: 'Beta bot', uri: toBetaBot, by: '192.0.2.50/32' },
  },
  {
    name: 'from an agent’s address within a carrier’s network that fits both ways goes out',
    from: '203.0.113.9',
    called: '+4930111001',
    caller: '+4930222001',
    expect: {
      kind: 'outbound',
      agent: 'Beta bot',
      trunk: 'Beta by address',
      uris: ['sip:+4930111001@[2001:db8::7]:5060;transport=tls'],
      from_user: '+4930222001',
      by: '203.0.113.9/32',
    },
  },
  {
    name: 'from a source of carrier and agent that fits neither way',
    from: '192.0.2.50',
    called: '+4940123456',
    caller: foreignCaller,
    expect: {
      kind: 'refuse',
      cause: 'number-unknown',
      left_out: { 'Beta extension': 'number-not-on-trunk', 'Beta bot': 'caller-number-not-on-trunk' },
    },
  },
];

/** The INVITE of a case; `authorization` answers the case's digest. */
export function inviteOf(admissionCase: AdmissionCase, authorization: string | null): ReceivedInvite {
  const { from, called, to, max_forwards } = admissionCase;
  const caller = admissionCase.caller === undefined ? foreignCaller : admissionCase.caller;
  return {
    source: { address: from, port: 5060, transport: 'udp' },
    method: 'INVITE',
    request_uri: `sip:${called === null ? '' : `${called}@`}trunkline.example`,
    called,
    to: to ?? called,
    caller,
    from_user: caller,
    authorization,
    max_forwards: max_forwards ?? 70,
  };
}

import type { Instant } from '@trunkline/contracts/time';
import type { Json } from './json-places.ts';

/** What is there for a request to speak of. */
export interface World {
  readonly trunk: string;
  readonly number: string;
  readonly agent: string;
  readonly token: string;
  readonly gateway: string;
  readonly execution: string;
  /** Famulor's id of the trunk. */
  readonly short: string;
  readonly now: Instant;
}

/** A right request to one operation. */
export interface Sample {
  readonly path: string;
  /** Right bodies that show every field between them; none for an operation without a body. */
  readonly bodies: readonly Json[];
  /** Fields for people to read, in which lines are no fault. */
  readonly prose?: readonly string[];
}

type Call = (method: string, path: string, body: object) => Promise<{ readonly body: unknown }>;

const day_ms = 24 * 3_600_000;

/** Makes a trunk with a number that is mapped to an agent, a token, and a call to be placed tomorrow. */
export async function makeWorld(call: Call, now: Instant): Promise<World> {
  const made = async (path: string, body: object) => (await call('POST', path, body)).body as Record<string, string>;
  const agent = await made('/agents', { name: 'there', uri: 'sip:there@192.0.2.20' });
  const trunk = (await made('/sip-trunks/trunks', {
    ...{ name: 'there', provider: 'custom', auth_type: 'ip-based', inbound_enabled: true },
    ...{ gateways: [{ gateway_address: '192.0.2.30' }], ip_identifiers: [{ ip_address: '192.0.2.30' }] },
    phone_numbers: [{ phone_number: '+4930700001' }],
  })) as unknown as { id: string; gateways: { id: string }[]; phone_numbers: { id: string }[] };
  const number = trunk.phone_numbers[0]?.id ?? '';
  await made('/inbound/setup', { agent_id: agent['id'], phone_number_id: number });
  const token = await made('/tokens', { name: 'there', role: 'member' });
  const scheduled_at = new Date(now + day_ms).toISOString();
  const call_ = { agent_id: agent['id'], recipient_phone_number: '+4930700009', scheduled_at };
  const execution = await made('/call', call_);
  return {
    trunk: trunk.id,
    number,
    agent: agent['id'] ?? '',
    token: token['id'] ?? '',
    gateway: trunk.gateways[0]?.id ?? '',
    execution: execution['execution_id'] ?? '',
    short: '1',
    now,
  };
}

/** The same world with ids that nobody has. */
export function nobodysWorld(world: World): World {
  const id = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ';
  return { ...world, trunk: id, number: id, agent: id, token: id, gateway: id, execution: id, short: '999' };
}

const bolna = {
  name: 'one',
  provider: 'custom',
  description: 'text',
  auth_type: 'userpass',
  auth_username: 'alice',
  auth_password: 'secret',
  gateways: [{ gateway_address: 'sip.example.com', port: 5060, priority: 1 }],
  ip_identifiers: [{ ip_address: '192.0.2.1' }],
  allow: 'ulaw,alaw',
  disallow: 'all',
  transport: 'transport-tls',
  direct_media: false,
  rtp_symmetric: true,
  force_rport: true,
  ice_support: false,
  media_encryption: 'sdes',
  media_encryption_optimistic: false,
  qualify_frequency: 60,
  inbound_enabled: true,
  outbound_leading_plus_enabled: true,
  is_active: true,
};
const famulor = {
  sip_trunk_type: 'number',
  phone_number: '+4930123456',
  nickname: 'label',
  sip_username: 'alice',
  sip_password: 'secret',
  sip_address: 'famulor.example.com',
  sip_calling_format: 'national',
  inbound_authorization_type: 'ip',
  allowed_inbound_ips: ['192.0.2.3'],
  country_code: 'DE',
  outbound_proxy: true,
};
const astradial = {
  name: 'two',
  host: 'astradial.example.com',
  port: 5060,
  username: 'alice',
  password: 'secret',
  transport: 'udp',
  trunk_type: 'outbound',
  retry_interval: 60,
  expiration: 3600,
  contact_user: 'desk',
  max_channels: 10,
  status: 'active',
};
const agent = {
  name: 'runtime',
  uri: 'sip:runtime@192.0.2.10',
  auth: { username: 'runtime', password: 'long enough' },
  ip_identifiers: [{ ip_address: '192.0.2.10' }],
  is_active: true,
};
const settings = {
  recording: true,
  direction: 'both',
  registration: 'none',
  registering: { expires_s: 600, retry_s: 30, contact_user: 'desk' },
  fixed_address: true,
  number_format: { style: 'e164', country: 'DE' },
  limits: { channels: 10, calls_per_second: 2.5 },
  over_limit: 'busy',
  caller_identity: {
    ...{ trusted: true, private_numbers_shown: false, from: 'number', asserted_in: 'both' },
    ...{ domain: 'example.com', foreign_numbers: false },
  },
  gateway_tls: { check: 'pin', sha256: ['ab'.repeat(32)] },
};

/** One right request for every operation that changes something, and the dry run. Those that delete stand last. */
export const samples: Readonly<Record<string, (world: World) => Sample>> = {
  'POST /sip-trunks/trunks': () => ({
    path: '/sip-trunks/trunks',
    bodies: [{ ...bolna, phone_numbers: [{ phone_number: '4930123', name: 'label', e164_check_enabled: false }] }],
    prose: ['description'],
  }),
  'PATCH /sip-trunks/trunks/{id}': ({ trunk }) => ({
    path: `/sip-trunks/trunks/${trunk}`,
    bodies: [
      { ...bolna, name: 'three', gateways: [{ gateway_address: 'three.example.com', port: 5060, priority: 1 }] },
    ],
    prose: ['description'],
  }),
  'POST /sip-trunks/trunks/{id}/numbers': ({ trunk }) => ({
    path: `/sip-trunks/trunks/${trunk}/numbers`,
    bodies: [{ phone_number: '+4930700002', name: 'label', e164_check_enabled: true }],
  }),
  'POST /inbound/setup': ({ agent, number }) => ({
    path: '/inbound/setup',
    bodies: [{ agent_id: agent, phone_number_id: number }],
  }),
  'POST /agents': () => ({ path: '/agents', bodies: [agent] }),
  'PATCH /agents/{id}': ({ agent: id }) => ({
    path: `/agents/${id}`,
    bodies: [{ ...agent, name: 'other', auth: { username: 'other', password: 'long enough' } }],
  }),
  'POST /tokens': () => ({ path: '/tokens', bodies: [{ name: 'ci', role: 'admin', expires_in_s: 3600 }] }),
  'POST /tokens/{id}/rotate': ({ token }) => ({ path: `/tokens/${token}/rotate`, bodies: [{ grace_s: 60 }] }),
  'POST /accounts': () => ({ path: '/accounts', bodies: [{ name: 'tenant' }] }),
  'POST /admission/dry-run': () => ({
    path: '/admission/dry-run',
    bodies: [
      {
        source: { address: '192.0.2.30', port: 5060, transport: 'udp' },
        ...{ from: '4930555', to: '4930700001', digest_user: 'alice' },
      },
    ],
  }),
  'POST /api/user/phone-numbers/sip-trunks': () => ({
    path: '/api/user/phone-numbers/sip-trunks',
    bodies: [famulor],
  }),
  'PUT /api/user/phone-numbers/sip-trunks/{id}': ({ short }) => ({
    path: `/api/user/phone-numbers/sip-trunks/${short}`,
    bodies: [{ ...famulor, phone_number: '+4930700003', sip_address: 'other.example.com' }],
  }),
  'POST /api/v1/trunks': () => ({ path: '/api/v1/trunks', bodies: [astradial] }),
  'PUT /api/v1/trunks/{id}': ({ trunk }) => ({
    path: `/api/v1/trunks/${trunk}`,
    bodies: [{ ...astradial, name: 'four', host: 'four.example.com' }],
  }),
  'POST /api/v1/trunks/{id}/test': ({ trunk }) => ({ path: `/api/v1/trunks/${trunk}/test`, bodies: [] }),
  'PATCH /trunks/{trunk_id}/settings': ({ trunk, gateway }) => ({
    path: `/trunks/${trunk}/settings`,
    bodies: [
      { ...settings, gateways: [{ id: gateway, priority: 2, weight: 1, srv: false }] },
      { gateway_tls: { check: 'off' } },
    ],
  }),
  'POST /call': ({ agent, now }) => ({
    path: '/call',
    bodies: [
      {
        ...{ agent_id: agent, recipient_phone_number: '+4930700009', from_phone_number: '+4930700001' },
        user_data: { name: 'Asha', 'order id': '7' },
        scheduled_at: new Date(now + day_ms).toISOString(),
        retry_config: {
          ...{ enabled: true, max_retries: 2, retry_on_statuses: ['busy'], retry_on_voicemail: false },
          retry_intervals_minutes: [5],
        },
      },
      { agent_id: agent, recipient: { phone_number: '+4930700009' }, from_number: '+4930700001' },
    ],
  }),
  'POST /call/{execution_id}/stop': ({ execution }) => ({ path: `/call/${execution}/stop`, bodies: [] }),
  'POST /inbound/unlink': ({ number }) => ({ path: '/inbound/unlink', bodies: [{ phone_number_id: number }] }),
  'DELETE /sip-trunks/trunks/{id}/numbers/{number_id}': ({ trunk, number }) => ({
    path: `/sip-trunks/trunks/${trunk}/numbers/${number}`,
    bodies: [],
  }),
  'DELETE /sip-trunks/trunks/{id}': ({ trunk }) => ({ path: `/sip-trunks/trunks/${trunk}`, bodies: [] }),
  'DELETE /api/v1/trunks/{id}': ({ trunk }) => ({ path: `/api/v1/trunks/${trunk}`, bodies: [] }),
  'DELETE /api/user/phone-numbers/{id}': ({ short }) => ({ path: `/api/user/phone-numbers/${short}`, bodies: [] }),
  'DELETE /agents/{id}': ({ agent }) => ({ path: `/agents/${agent}`, bodies: [] }),
  'DELETE /tokens/{id}': ({ token }) => ({ path: `/tokens/${token}`, bodies: [] }),
};

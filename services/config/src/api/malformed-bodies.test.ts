import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from './api-under-test.ts';

const trunk = {
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
  phone_numbers: [{ phone_number: '4930123', name: 'label', e164_check_enabled: false }],
};
const agent = {
  name: 'runtime',
  uri: 'sip:runtime@192.0.2.10',
  auth: { username: 'runtime', password: 'long enough' },
  ip_identifiers: [{ ip_address: '192.0.2.10' }],
  is_active: true,
};
const famulor = {
  sip_trunk_type: 'number',
  phone_number: '+4930123456',
  nickname: 'label',
  sip_username: 'alice',
  sip_password: 'secret',
  sip_address: 'sip.example.com',
  sip_calling_format: 'national',
  inbound_authorization_type: 'ip',
  allowed_inbound_ips: ['192.0.2.1'],
  country_code: 'DE',
  outbound_proxy: true,
};
const astradial = {
  name: 'one',
  host: 'sip.example.com',
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
const call = {
  agent_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  recipient_phone_number: '+919876543210',
  from_phone_number: '+919876500000',
  scheduled_at: '2027-05-09T10:00:00.000+05:30',
  retry_config: {
    enabled: true,
    max_retries: 2,
    retry_on_statuses: ['busy'],
    retry_on_voicemail: false,
    retry_intervals_minutes: [30],
  },
};
const famulorPath = '/api/user/phone-numbers/sip-trunks';
const bodies = [
  ['/sip-trunks/trunks', trunk],
  ['/agents', agent],
  [famulorPath, famulor],
  ['/api/v1/trunks', astradial],
  ['/call', call],
] as const;
/** Each dialect has its own word for a body that it does not take. */
const refusalOf = (url: string): number => (url === famulorPath ? 422 : 400);

/** The field that an error points at, in the way of its dialect, as a path. */
function pointedAt(url: string, body: unknown): string | undefined {
  if (url !== famulorPath) return (body as { details?: { path: string }[] }).details?.[0]?.path;
  const [field] = Object.keys((body as { errors: object }).errors);
  return field?.replace(/\.(\d+)/g, '[$1]');
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
interface Place {
  readonly path: string;
  /** The body with something else at this place. */
  readonly with: (other: Json) => Json;
  readonly value: Json;
}

/** Every leaf of a body, by the name that an error would give it. */
function places(value: Json, path = '', put: (other: Json) => Json = (other) => other): readonly Place[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, index) =>
      places(item, `${path}[${index}]`, (other) => put(value.map((old: Json, at) => (at === index ? other : old)))),
    );
  }
  if (typeof value !== 'object' || value === null) return [{ path, with: put, value }];
  return Object.entries(value).flatMap(([key, item]) =>
    places(item, path === '' ? key : `${path}.${key}`, (other) => put({ ...value, [key]: other })),
  );
}

const linesOnly = ['x\r\nVia: evil', 'a\u2028b'];
const injections = [
  ...linesOnly,
  'x\r\nVia: evil',
  'x\ny\u0000',
  '\u0000',
  'a\u0085b',
  'a\u001bb',
  'a\ud800b',
  'a\u2028b',
  'a\tb\u007f',
];
const wrongTypes: readonly Json[] = [
  7.5,
  -1,
  1e300,
  {},
  [],
  [[]],
  { a: { b: {} } },
  'x'.repeat(5_000),
  '💥'.repeat(3_000),
];

let api: ApiUnderTest;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.close());

async function expectNothingStored(): Promise<void> {
  for (const bucket of ['trunks', 'agents'] as const) {
    expect((await api.store.documents(bucket, undefined, 10)).documents).toEqual([]);
  }
}

describe.each(bodies)('a body for %s', (url, body) => {
  const all = places(body);
  const texts = all.filter(({ value }) => typeof value === 'string');

  it.each(texts)('may hold no control characters in $path', async (place) => {
    for (const injection of injections) {
      // A description may have several lines: it is for people and reaches no SIP message.
      if (place.path === 'description' && linesOnly.includes(injection)) continue;
      const answer = await api.call('POST', url, place.with(injection));
      const pointed = pointedAt(url, answer.body) ?? 'nowhere';
      // Of a list in which nothing can be read, the list itself is at fault.
      const said = [answer.status, pointed !== '' && place.path.startsWith(pointed), injection];
      expect(said).toEqual([refusalOf(url), true, injection]);
      expect(answer.text).not.toContain('evil');
    }
    await expectNothingStored();
  });

  it.each(all)('may hold nothing of another type in $path', async (place) => {
    for (const wrong of wrongTypes) {
      const answer = await api.call('POST', url, place.with(wrong));
      expect([answer.status, wrong, pointedAt(url, answer.body)?.startsWith(place.path)]).toEqual([
        refusalOf(url),
        wrong,
        true,
      ]);
    }
    await expectNothingStored();
  });

  it('are more than 75, so that the four kinds are more than 300', () => {
    const fields = all.length * wrongTypes.length + texts.length * injections.length;
    expect(fields).toBeGreaterThan(75);
  });

  it('is refused, never met by a fault, whatever JSON it is', async () => {
    const keys = fc.constantFrom(...Object.keys(body));
    const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.dictionary(keys, fc.jsonValue({ maxDepth: 2 })));
    await fc.assert(
      fc.asyncProperty(anything, fc.constantFrom('POST', 'PATCH'), async (given, method) => {
        const path = method === 'POST' ? url : `${url}/01ARZ3NDEKTSV4RRFFQ69G5FAV`;
        const { status } = await api.call(method, path, JSON.stringify(given));
        expect([400, 404, 422]).toContain(status);
      }),
      { numRuns: 300 },
    );
    await expectNothingStored();
  });

  it.each([
    ['deep', '['.repeat(100_000)],
    ['deep and closed', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['cut off', JSON.stringify(body).slice(0, -1)],
    ['with a poisoned key', '{"__proto__":{"name":"x"}}'],
    ['with a key given twice', JSON.stringify(body).replace('{', `{${JSON.stringify(Object.keys(body)[0])}:1,`)],
    ['with a key given twice inside', '{"a":[{"b":1,"b":2}]}'],
    ['larger than 1 MiB', JSON.stringify({ ...body, name: 'x'.repeat(1024 * 1024) })],
    ['text', '"text"'],
    ['nothing', 'null'],
  ])('is refused when it is %s', async (_name, text) => {
    expect([refusalOf(url), 413]).toContain((await api.call('POST', url, text)).status);
    await expectNothingStored();
  });
});

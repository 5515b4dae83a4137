import { trunkSchema } from '@trunkline/contracts/trunk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from '../api-under-test.ts';

const path = '/api/user/phone-numbers/sip-trunks';
const number = {
  sip_trunk_type: 'number',
  phone_number: '+14155551234',
  nickname: 'Provider X — Main',
  sip_username: 'acme',
  sip_password: 'tell-nobody',
  sip_address: 'sip.provider.com',
  sip_calling_format: 'national',
  inbound_authorization_type: 'auth',
};
const extension = {
  ...number,
  sip_trunk_type: 'extension',
  phone_number: '1000',
  nickname: 'Desk',
  country_code: 'de',
};

interface Body {
  readonly id: number;
  readonly message: string;
  readonly error: string;
  readonly errors: Readonly<Record<string, readonly string[]>>;
  readonly data: Readonly<Record<string, unknown>> & { readonly id: number };
}

describe('the dialect of Famulor and Autocalls', () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.close());
  const call = async (method: string, at: string, body?: unknown, token?: string | null) => {
    const answer = await api.call(method, at, body, token);
    return { ...answer, body: answer.body as unknown as Body };
  };
  const stored = async () => {
    const { documents } = await api.store.documents('trunks', undefined, 10);
    return documents.map(({ value }) => trunkSchema.parse(JSON.parse(value ?? '')));
  };

  it('creates a trunk and answers it whole, without its password', async () => {
    const { status, body, text } = await call('POST', path, number);
    expect([status, body.message]).toEqual([201, 'SIP trunk created successfully.']);
    const { sip_password, ...said } = number;
    expect(body.data).toMatchObject({
      id: 1,
      ...said,
      country_code: 'US',
      allowed_inbound_ips: [],
      outbound_proxy: false,
    });
    expect(body.data['inbound_trunk_id']).toEqual(expect.stringMatching(/^[0-9A-Z]{26}$/));
    expect(text).not.toContain(sip_password);
    expect((await call('GET', path)).body.data).toEqual([body.data]);
    expect((await call('GET', `${path}/1`)).body).toEqual(body.data);
    const [trunk] = await stored();
    expect(trunk).toMatchObject({ registration: 'none', direction: 'both', number_format: { style: 'national' } });
    expect(trunk?.gateways).toMatchObject([{ host: 'sip.provider.com', port: 5060, srv: true }]);
  });

  it('registers an extension', async () => {
    const { body } = await call('POST', path, extension);
    expect(body.data).toMatchObject({ sip_trunk_type: 'extension', phone_number: '1000', country_code: 'DE' });
    expect(await stored()).toMatchObject([{ registration: 'we-register', numbers: [{ number: '1000' }] }]);
  });

  it.each([
    [{ sip_address: undefined }, { sip_address: ['SIP server address is required.'] }],
    [{ sip_address: '' }, { sip_address: ['SIP server address is required.'] }],
    [
      { sip_calling_format: 'e.164' },
      { sip_calling_format: ['SIP calling format must be one of: +e164, e164, national.'] },
    ],
    [
      { inbound_authorization_type: 'ip' },
      { allowed_inbound_ips: ['At least one allowed IP address is required when authorization type is "ip".'] },
    ],
    [
      { inbound_authorization_type: 'ip', allowed_inbound_ips: ['nowhere'] },
      { allowed_inbound_ips: ['At least one allowed IP address is required when authorization type is "ip".'] },
    ],
  ])('refuses %j in the words of the contract', async (change, errors) => {
    const { status, body } = await call('POST', path, { ...number, ...change });
    expect([status, body]).toEqual([422, { message: 'The given data was invalid.', errors }]);
    expect(await stored()).toEqual([]);
  });

  it.each([
    [{ phone_number: '415555' }, 'phone_number'],
    [{ sip_trunk_type: 'extension', phone_number: '1'.repeat(16) }, 'phone_number'],
    [{ nickname: 'x'.repeat(51) }, 'nickname'],
    [{ sip_username: 'ab' }, 'sip_username'],
    [{ sip_username: 'x'.repeat(129) }, 'sip_username'],
    [{ sip_password: 'ab' }, 'sip_password'],
    [{ sip_address: 'sip.provider.com:5060' }, 'sip_address'],
    [{ country_code: 'USA' }, 'country_code'],
    [{ inbound_authorization_type: 'ip', allowed_inbound_ips: ['192.0.2.1', 'x'] }, 'allowed_inbound_ips.1'],
  ])('points at the field of %j', async (change, field) => {
    const { status, body } = await call('POST', path, { ...number, ...change });
    expect([status, Object.keys(body.errors)]).toEqual([422, [field]]);
  });

  it('changes what is given and keeps the rest, the password too', async () => {
    await call('POST', path, { ...number, inbound_authorization_type: 'ip', allowed_inbound_ips: ['192.0.2.1'] });
    const [before] = await stored();
    const { status, body } = await call('PUT', `${path}/1`, { sip_calling_format: 'e164', sip_password: '' });
    expect([status, body.message]).toEqual([200, 'SIP trunk updated successfully.']);
    expect(body.data).toMatchObject({
      sip_calling_format: 'e164',
      allowed_inbound_ips: ['192.0.2.1'],
      nickname: number.nickname,
    });
    const [after] = await stored();
    expect(after?.auth).toEqual(before?.auth);
    const auth = await call('PUT', `${path}/1`, { inbound_authorization_type: 'auth' });
    expect(auth.body.data['allowed_inbound_ips']).toEqual([]);
    expect(await stored()).toMatchObject([{ acl: [] }]);
    expect((await call('PUT', `${path}/1`, { inbound_authorization_type: 'ip' })).status).toBe(422);
  });

  it('refuses the same trunk again, and takes the same nickname', async () => {
    await call('POST', path, extension);
    const again = await call('POST', path, extension);
    const error = 'A SIP trunk with the same phone number, username, and address already exists.';
    expect([again.status, again.body]).toEqual([409, { error }]);
    const other = { ...extension, phone_number: '1001', sip_username: 'other' };
    const { body } = await call('POST', path, other);
    expect(body.data).toMatchObject({ id: 2, nickname: 'Desk' });
  });

  it('does not find what is not there, is no integer or belongs to another account', async () => {
    await call('POST', path, number);
    const other = await api.token('owner', 'other');
    for (const [id, token] of [['9'], ['x'], ['1e0'], ['01'], ['1', other]] as const) {
      for (const [method, body] of [['GET'], ['PUT', {}]] as const) {
        const answer = await call(method, `${path}/${id}`, body, token);
        expect([answer.status, answer.body]).toEqual([404, { error: 'SIP trunk not found.' }]);
      }
      const gone = await call('DELETE', `/api/user/phone-numbers/${id}`, undefined, token);
      expect([gone.status, gone.body]).toEqual([404, { error: 'Phone number not found.' }]);
    }
    const gone = await call('DELETE', '/api/user/phone-numbers/1');
    expect([gone.status, gone.body]).toEqual([200, { message: 'Phone number deleted successfully.' }]);
    expect(await stored()).toEqual([]);
  });

  it('takes a change of a trunk whose number another dialect wrote without its +', async () => {
    const created = await api.call('POST', '/sip-trunks/trunks', {
      ...{ name: 'bolna', provider: 'custom', auth_type: 'ip-based', ip_identifiers: [{ ip_address: '192.0.2.1' }] },
      ...{ gateways: [{ gateway_address: 'a.example.com' }], phone_numbers: [{ phone_number: '919876543210' }] },
    });
    expect(created.status).toBe(201);
    const { status, body } = await call('PUT', `${path}/1`, { nickname: 'renamed' });
    expect([status, body]).toMatchObject([200, { data: { nickname: 'renamed', phone_number: '919876543210' } }]);
    expect((await call('PUT', `${path}/1`, { phone_number: '919876543211' })).status).toBe(422);
  });

  it('changes nothing that it cannot say on a trunk of another dialect', async () => {
    const gateways = [
      { gateway_address: 'b.example.com', port: 5070, priority: 5 },
      { gateway_address: 'a.example.com', port: 5062, priority: 2 },
    ];
    const created = await api.call('POST', '/sip-trunks/trunks', {
      ...{ name: 'bolna', provider: 'twilio', description: 'notes', auth_type: 'userpass', auth_username: 'alice' },
      ...{ auth_password: 'secret', gateways, allow: 'alaw', qualify_frequency: 30, inbound_enabled: true },
      phone_numbers: [{ phone_number: '+4930123456' }, { phone_number: '+4930123457' }],
    });
    expect(created.status).toBe(201);
    expect((await call('GET', `${path}/1`)).body).toMatchObject({
      sip_address: 'a.example.com',
      phone_number: '+4930123456',
      nickname: 'bolna',
    });
    const [before] = await stored();
    await call('PUT', `${path}/1`, { sip_address: 'c.example.com', phone_number: '+4930123499' });
    const [after] = await stored();
    const first = { ...before?.numbers[0], number: '+4930123499', updated_at: after?.updated_at };
    expect(after).toEqual({
      ...before,
      gateways: [
        before?.gateways[0],
        {
          ...before?.gateways[1],
          id: after?.gateways[1]?.id,
          host: 'c.example.com',
          created_at: after?.gateways[1]?.created_at,
        },
      ],
      numbers: [first, before?.numbers[1]],
      number_format: { style: '+e164', country: 'DE' },
      updated_at: after?.updated_at,
    });
  });

  it('stores nothing when the database fails', async () => {
    api.store.away = true;
    expect((await call('POST', path, number)).status).toBe(503);
    api.store.away = false;
    expect(await stored()).toEqual([]);
  });

  it('says its errors in its own shape', async () => {
    expect((await call('GET', path, undefined, null)).status).toBe(401);
    const broken = await call('POST', path, '{"nickname":"a","nickname":"b"}');
    expect([broken.status, broken.body.errors]).toEqual([422, { nickname: ['nickname is given twice: give it once'] }]);
  });
});

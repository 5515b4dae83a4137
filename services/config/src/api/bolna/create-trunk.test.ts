import { trunkKey } from '@trunkline/contracts/nats-map';
import { trunkSchema } from '@trunkline/contracts/trunk';
import { sealContext } from '@trunkline/runtime/seal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from '../api-under-test.ts';
import { seedExamples } from './seed-examples.ts';

const path = '/sip-trunks/trunks';
const userpass = {
  name: 'one',
  provider: 'custom',
  auth_type: 'userpass',
  auth_username: 'alice',
  auth_password: 'correct horse',
  gateways: [{ gateway_address: 'sip.example.com' }],
};
const ipBased = {
  name: 'two',
  provider: 'custom',
  auth_type: 'ip-based',
  ip_identifiers: [{ ip_address: '203.0.113.7' }],
  gateways: [{ gateway_address: '203.0.113.7', port: 5070, priority: 3 }],
};

let api: ApiUnderTest;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.close());

describe('creating a trunk', () => {
  it.each(seedExamples)('answers the documented example: $name', async ({ request, response }) => {
    const { status, body } = await api.call('POST', path, request);
    expect(status).toBe(201);
    expect(body).toMatchObject(response);
    expect(body.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(body.gateways[0]?.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    for (const instant of [body.created_at, body.updated_at, body.gateways[0]?.created_at]) {
      expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
  });

  it('answers every documented field, and the password in none', async () => {
    const { body, text } = await api.call('POST', path, userpass);
    expect(Object.keys(body).sort()).toEqual(
      [
        ...['id', 'name', 'provider', 'description', 'auth_type', 'auth_username', 'gateways', 'ip_identifiers'],
        ...['phone_numbers', 'allow', 'disallow', 'transport', 'direct_media', 'rtp_symmetric', 'force_rport'],
        ...['ice_support', 'media_encryption', 'media_encryption_optimistic', 'qualify_frequency'],
        ...['inbound_enabled', 'outbound_leading_plus_enabled', 'is_active', 'created_at', 'updated_at'],
        ...['registration_status', 'registration_reason', 'registration_since', 'last_registration', 'health'],
      ].sort(),
    );
    expect(text).not.toContain('correct horse');
  });

  it('publishes the whole trunk with its password sealed to it', async () => {
    const numbers = [{ phone_number: '919876543210', name: 'Mumbai' }, { phone_number: '+4930123' }];
    const { body } = await api.call('POST', path, { ...userpass, phone_numbers: numbers });
    await api.clock.settle();
    const [key] = await (await api.bus.bucket('trunks')).keys();
    const entry = await (await api.bus.bucket('trunks')).get(key ?? '');
    const trunk = trunkSchema.parse(JSON.parse(entry?.value ?? ''));
    expect(key).toBe(trunkKey(trunk.account, trunk.id));
    expect(trunk.id).toBe(body.id);
    expect(trunk.numbers.map(({ number }) => number)).toEqual(['919876543210', '+4930123']);
    expect(trunk.auth.kind).toBe('userpass');
    const password = trunk.auth.kind === 'userpass' ? trunk.auth.password : undefined;
    expect(password && api.sealer.open(password, sealContext(trunk.account, trunk.id))).toBe('correct horse');
    expect(entry?.value).not.toContain('correct horse');
  });

  it.each([
    ['no body', undefined, 400, 'The body must be a JSON object', ''],
    ['an array', [], 400, 'The body must be a JSON object', ''],
    ['broken JSON', '{"name":', 400, 'The body is not valid JSON', undefined],
    ['no name', { ...userpass, name: undefined }, 400, 'Trunk name is required', 'name'],
    ['a blank name', { ...userpass, name: '  ' }, 400, 'Trunk name is required', 'name'],
    ['a null name', { ...userpass, name: null }, 400, 'Trunk name is required', 'name'],
    ['a number as name', { ...userpass, name: 7 }, 400, 'name must be text', 'name'],
    ['no provider', { ...userpass, provider: '' }, 400, 'Provider is required', 'provider'],
    [
      'no auth type',
      { ...userpass, auth_type: undefined },
      400,
      "auth_type must be 'userpass' or 'ip-based'",
      'auth_type',
    ],
    [
      'another auth type',
      { ...userpass, auth_type: 'tls' },
      400,
      "auth_type must be 'userpass' or 'ip-based'",
      'auth_type',
    ],
    ['no gateways', { ...userpass, gateways: undefined }, 400, 'At least one gateway is required', 'gateways'],
    ['an empty list of gateways', { ...userpass, gateways: [] }, 400, 'At least one gateway is required', 'gateways'],
    ['gateways as text', { ...userpass, gateways: 'x' }, 400, 'gateways must be a list', 'gateways'],
    [
      'no user name',
      { ...userpass, auth_username: null },
      400,
      'auth_username and auth_password are required for userpass auth',
      'auth_username',
    ],
    [
      'no password',
      { ...userpass, auth_password: undefined },
      400,
      'auth_username and auth_password are required for userpass auth',
      'auth_password',
    ],
    [
      'no addresses',
      { ...ipBased, ip_identifiers: [] },
      400,
      'ip_identifiers are required for ip-based auth',
      'ip_identifiers',
    ],
    [
      'SDES without TLS',
      { ...userpass, media_encryption: 'sdes' },
      422,
      "media_encryption='sdes' requires transport='transport-tls'",
      'media_encryption',
    ],
    [
      'no codec of ours',
      { ...userpass, allow: 'g729,opus' },
      400,
      'allow must name at least one codec that Trunkline speaks and disallow leaves: ulaw or alaw',
      'allow',
    ],
    [
      'a gateway twice',
      { ...userpass, gateways: [{ gateway_address: 'a.example' }, { gateway_address: 'A.example', port: 5060 }] },
      400,
      'gateways[1] repeats gateways[0]: give each gateway once',
      'gateways[1]',
    ],
    [
      'a port out of range',
      { ...userpass, gateways: [{ gateway_address: 'a.example', port: 70_000 }] },
      400,
      'gateways[0].port must be a whole number from 1 to 65535',
      'gateways[0].port',
    ],
    [
      'a number that is not E.164',
      { ...userpass, phone_numbers: [{ phone_number: '0301234', e164_check_enabled: true }] },
      400,
      'phone_numbers[0].phone_number must be an E.164 number (country code first, 5 to 15 digits) while e164_check_enabled is true',
      'phone_numbers[0].phone_number',
    ],
  ])('refuses %s', async (_name, body, status, message, at) => {
    const answer = await api.call('POST', path, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: status, message });
    expect(answer.body.details?.[0]?.path).toBe(at);
    expect((await api.call('GET', path)).body).toEqual([]);
  });

  it.each([
    ['sip.example.com:5060'],
    ['sip:sip.example.com'],
    ['sip.example.com\r\nVia: evil'],
    ['a b'],
    [''],
    ['1.2.3.4.5'],
    ['999.1.1.1'],
    ['fe80::1%eth0'],
    ['-a.example'],
    [`${'a'.repeat(64)}.example`],
  ])('refuses the gateway address %j', async (gateway_address) => {
    const { status, body } = await api.call('POST', path, { ...userpass, gateways: [{ gateway_address }] });
    expect(status).toBe(400);
    expect(body.details[0]?.path).toBe('gateways[0].gateway_address');
  });

  it.each([['sip.example.com'], ['203.0.113.7'], ['2001:db8::7'], ['pbx'], ['xn--bcher-kva.example.']])(
    'takes the gateway address %j',
    async (gateway_address) => {
      const { status, body } = await api.call('POST', path, { ...userpass, gateways: [{ gateway_address }] });
      expect(status).toBe(201);
      expect(body.gateways[0]?.gateway_address).toBe(gateway_address);
    },
  );

  it.each([['10.0.0.1/33'], ['300.1.1.1'], ['0.0.0.0/0'], ['::/0'], ['10.0.0.0/7'], ['example.com'], ['']])(
    'refuses the source address %j',
    async (ip_address) => {
      const { status, body } = await api.call('POST', path, { ...ipBased, ip_identifiers: [{ ip_address }] });
      expect(status).toBe(400);
      expect(body.details[0]?.path).toBe('ip_identifiers[0].ip_address');
    },
  );

  it('answers source addresses as given and uses them in canonical form', async () => {
    const given = [{ ip_address: '15.207.90.193/31' }, { ip_address: '2001:DB8::1' }];
    const { body } = await api.call('POST', path, { ...ipBased, ip_identifiers: given });
    expect(body.ip_identifiers).toEqual(given);
    const [stored] = (await api.store.documents('trunks', undefined, 10)).documents;
    expect(JSON.parse(stored?.value ?? '').acl).toEqual(['15.207.90.192/31', '2001:db8::1/128']);
  });

  it('leaves keys aside that it does not know', async () => {
    expect((await api.call('POST', path, { ...userpass, colour: 'red', id: 'mine' })).status).toBe(201);
  });

  it('refuses a second trunk of one name, and a body that is too large', async () => {
    await api.call('POST', path, userpass);
    expect(await api.call('POST', path, userpass)).toMatchObject({
      status: 409,
      body: { details: [{ path: 'name' }] },
    });
    const large = await api.call('POST', path, { ...userpass, description: 'x'.repeat(1_100_000) });
    expect(large).toMatchObject({
      status: 413,
      body: { error: 413, message: 'The body is too large: the most is 1 MiB' },
    });
  });

  it('refuses a number that is on another active trunk, of any account', async () => {
    const phone_numbers = [{ phone_number: '4930123' }];
    await api.call('POST', path, { ...userpass, name: 'hidden carrier', phone_numbers });
    const other = await api.token('owner', 'other');
    const again = { ...ipBased, phone_numbers: [{ phone_number: '+4930123' }] };
    for (const token of [undefined, other]) {
      const answer = await api.call('POST', path, again, token);
      expect(answer.status).toBe(409);
      expect(answer.body.message).toBe('Phone number already exists on another active trunk');
      // The other trunk is named to whoever may see it.
      expect(answer.text.includes('hidden carrier')).toBe(token === undefined);
    }
  });
});

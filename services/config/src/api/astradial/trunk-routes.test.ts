import type { TrunkState } from '@trunkline/contracts/events/trunk-state';
import { trunkKey } from '@trunkline/contracts/nats-map';
import { trunkSchema } from '@trunkline/contracts/trunk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from '../api-under-test.ts';

const path = '/api/v1/trunks';
const outbound = {
  name: 'Tata SIP',
  host: 'sip.provider.com',
  port: 5061,
  username: 'your_sip_user',
  password: 'tell-nobody',
  transport: 'tls',
  trunk_type: 'outbound',
  retry_interval: 30,
  expiration: 600,
  contact_user: 'desk',
  max_channels: 20,
};
const peer = { name: 'Peer', trunk_type: 'peer2peer', host: '192.0.2.7' };

type Body = Readonly<Record<string, unknown>> & { readonly id: string; readonly details: readonly { path: string }[] };

describe('the dialect of Astradial', () => {
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

  it('creates a trunk that registers, and answers it whole, without its password', async () => {
    const { status, body, text } = await call('POST', path, outbound);
    const { password, ...said } = outbound;
    expect([status, body]).toMatchObject([201, { ...said, status: 'active', registration_status: 'unknown' }]);
    expect(text).not.toContain(password);
    expect((await api.call('GET', path)).list).toEqual([body]);
    expect((await call('GET', `${path}/${body.id}`)).body).toEqual(body);
    expect(await stored()).toMatchObject([
      {
        direction: 'outbound',
        registration: 'we-register',
        registering: { expires_s: 600, retry_s: 30, contact_user: 'desk' },
        limits: { channels: 20 },
      },
    ]);
  });

  it('has defaults', async () => {
    const { body } = await call('POST', path, peer);
    expect(body).toMatchObject({
      port: 5060,
      transport: 'udp',
      retry_interval: 60,
      expiration: 3600,
      max_channels: 10,
    });
    const [trunk] = await stored();
    expect(trunk).toMatchObject({ direction: 'both', registration: 'none', acl: ['192.0.2.7/32'] });
    expect(trunk?.registering).toBeUndefined();
  });

  it('takes a carrier that registers with us, without a host', async () => {
    const inbound = { name: 'In', trunk_type: 'inbound', username: 'carrier', password: 'secret' };
    const { status, body } = await call('POST', path, inbound);
    expect([status, body['host']]).toEqual([201, null]);
    expect(await stored()).toMatchObject([{ direction: 'both', registration: 'they-register', gateways: [] }]);
    expect((await call('POST', path, { ...inbound, name: 'Other' })).status).toBe(409);
  });

  it.each([
    [{ name: 'x' }, 'name'],
    [{ name: undefined }, 'name'],
    [{ host: null }, 'host'],
    [{ host: 'http://x' }, 'host'],
    [{ port: 0 }, 'port'],
    [{ port: 65_536 }, 'port'],
    [{ transport: 'ws' }, 'transport'],
    [{ trunk_type: 'both' }, 'trunk_type'],
    [{ max_channels: 0 }, 'max_channels'],
    [{ max_channels: 1_001 }, 'max_channels'],
    [{ status: 'off' }, 'status'],
    [{ username: null }, 'username'],
    [{ password: '' }, 'password'],
    [{ contact_user: 'a"b' }, 'contact_user'],
  ])('refuses %j at its field', async (change, field) => {
    const { status, body } = await call('POST', path, { ...outbound, ...change });
    expect([status, body.details[0]?.path]).toEqual([400, field]);
    expect(await stored()).toEqual([]);
  });

  it('keeps the password when it is blank or absent, and takes a new one', async () => {
    const { body } = await call('POST', path, outbound);
    const [before] = await stored();
    for (const change of [{ password: '' }, { password: null }, { max_channels: 5 }]) {
      expect((await call('PUT', `${path}/${body.id}`, change)).status).toBe(200);
    }
    expect((await stored())[0]?.auth).toEqual(before?.auth);
    await call('PUT', `${path}/${body.id}`, { password: 'another' });
    expect((await stored())[0]?.auth).not.toEqual(before?.auth);
  });

  it('knows maintenance, and forgets it once another dialect has switched the trunk on', async () => {
    const { body } = await call('POST', path, peer);
    const at = `${path}/${body.id}`;
    expect((await call('PUT', at, { status: 'maintenance' })).body['status']).toBe('maintenance');
    expect(await stored()).toMatchObject([{ is_active: false }]);
    await api.call('PATCH', `/sip-trunks/trunks/${body.id}`, { is_active: true });
    expect((await call('GET', at)).body['status']).toBe('active');
  });

  it('moves the host’s own address with the host and keeps what another dialect listed', async () => {
    const { body } = await call('POST', path, peer);
    const ip_identifiers = [{ ip_address: '192.0.2.7' }, { ip_address: '203.0.113.0/24' }];
    await api.call('PATCH', `/sip-trunks/trunks/${body.id}`, { ip_identifiers });
    await call('PUT', `${path}/${body.id}`, { host: '192.0.2.8' });
    expect((await stored())[0]?.acl).toEqual(['203.0.113.0/24', '192.0.2.8/32']);
    await call('PUT', `${path}/${body.id}`, { host: 'sip.example.com' });
    expect((await stored())[0]?.acl).toEqual(['203.0.113.0/24']);
  });

  it('changes nothing that it cannot say on a trunk of another dialect', async () => {
    const created = await api.call('POST', '/sip-trunks/trunks', {
      ...{ name: 'bolna', provider: 'twilio', auth_type: 'userpass', auth_username: 'alice', auth_password: 'secret' },
      gateways: [
        { gateway_address: 'b.example.com', priority: 5 },
        { gateway_address: 'a.example.com', port: 5062 },
      ],
      ...{ allow: 'alaw', inbound_enabled: true, phone_numbers: [{ phone_number: '+4930123456' }] },
    });
    const at = `${path}/${created.body.id}`;
    expect((await call('GET', at)).body).toMatchObject({ host: 'a.example.com', port: 5062, trunk_type: 'outbound' });
    const [before] = await stored();
    await call('PUT', at, { max_channels: 3 });
    const [after] = await stored();
    const limits = { channels: 3, calls_per_second: null };
    expect(after).toEqual({ ...before, limits, updated_at: after?.updated_at });
  });

  it('deletes with 204 and finds no other account’s', async () => {
    const { body } = await call('POST', path, peer);
    const at = `${path}/${body.id}`;
    const other = await api.token('owner', 'other');
    expect((await call('GET', at, undefined, other)).status).toBe(404);
    expect((await call('PUT', at, {}, other)).status).toBe(404);
    expect((await call('DELETE', at, undefined, other)).status).toBe(404);
    expect((await call('DELETE', at)).status).toBe(204);
    expect((await call('DELETE', at)).status).toBe(404);
  });

  it('shows what the edges tell of the trunk', async () => {
    const { body } = await call('POST', path, outbound);
    const at = `${path}/${body.id}`;
    expect((await call('POST', `${at}/test`)).body).toMatchObject({
      success: false,
      message: 'No edge is there: no call can be taken or made',
    });
    const beat = { edge: 'edge-1', at: api.clock.now(), started_at: api.clock.now(), calls: 0, draining: false };
    const applied = { trunks: 1, agents: 1 };
    await (await api.bus.bucket('edges')).put('edge-1', JSON.stringify({ ...beat, applied }));
    await api.clock.settle();
    expect((await call('POST', `${at}/test`)).body).toMatchObject({
      success: false,
      message: 'No edge has heard of the carrier yet: try again in some seconds',
    });
    const [trunk] = await stored();
    if (trunk === undefined) throw new Error('no trunk is stored');
    const now = api.clock.now();
    const state: TrunkState = {
      trunk: trunk.id,
      account: trunk.account,
      edge: 'edge-1' as TrunkState['edge'],
      at: now,
      registration: {
        state: 'registered',
        registrar: 'sip.provider.com:5061',
        expires_at: (now + 60_000) as typeof now,
        last_success_at: now,
        service_route: [],
      },
      gateways: [
        {
          gateway: trunk.gateways[0]?.id ?? ('' as never),
          name: 'sip.provider.com:5061',
          reachable: true,
          since: now,
          status: 200,
          reason: '',
        },
      ],
    };
    const registrations = await api.bus.bucket('registrations');
    await registrations.put(trunkKey(trunk.account, trunk.id), JSON.stringify(state));
    await api.clock.settle();
    const registered = { registration_status: 'registered', last_registration: new Date(now).toISOString() };
    expect((await call('GET', at)).body).toMatchObject(registered);
    expect((await call('POST', `${at}/test`)).body).toMatchObject({ success: true, ...registered });
    for (const other of [`/sip-trunks/trunks/${body.id}`, '/api/user/phone-numbers/sip-trunks/1']) {
      expect((await call('GET', other)).body).toMatchObject(registered);
    }
    const failed = { state: 'failed', cause: 'credentials-refused', status: 403, reason: 'Forbidden', failures: 1 };
    const registration = { ...failed, retry_at: now, last_success_at: null };
    await registrations.put(trunkKey(trunk.account, trunk.id), JSON.stringify({ ...state, registration }));
    await api.clock.settle();
    const diagnosed = (await call('POST', `${at}/test`)).body;
    expect(diagnosed).toMatchObject({
      success: false,
      checks: [{ ok: true }, { ok: true }, { ok: false }, { ok: true }],
    });
    expect(diagnosed['message']).toMatch(/^The carrier has not accepted our registration: 403 Forbidden/);
    const told = { registration_status: 'failed', registration_reason: 'Forbidden', last_registration: null };
    expect((await call('GET', at)).body).toMatchObject(told);
  });
});

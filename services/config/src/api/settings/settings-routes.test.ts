import { trunkSchema } from '@trunkline/contracts/trunk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from '../api-under-test.ts';
import type { Settings } from './settings-body.ts';

const dialects = [
  {
    name: 'Bolna',
    path: '/sip-trunks/trunks',
    body: {
      name: 'one',
      provider: 'custom',
      auth_type: 'userpass',
      auth_username: 'alice',
      auth_password: 'secret',
      gateways: [{ gateway_address: 'sip.example.com' }, { gateway_address: 'b.example.com', priority: 2 }],
    },
    idOf: (body: unknown) => (body as { id: string }).id,
    change: ['PATCH', { description: 'changed', qualify_frequency: 30, media_encryption: 'no' }],
  },
  {
    name: 'Famulor',
    path: '/api/user/phone-numbers/sip-trunks',
    body: {
      sip_trunk_type: 'extension',
      phone_number: '1000',
      sip_username: 'alice',
      sip_password: 'secret',
      sip_address: 'sip.example.com',
    },
    idOf: (body: unknown) => String((body as { data: { id: number } }).data.id),
    change: ['PUT', { nickname: 'changed' }],
  },
  {
    name: 'Astradial',
    path: '/api/v1/trunks',
    body: {
      name: 'one',
      host: 'sip.example.com',
      username: 'alice',
      password: 'secret',
      transport: 'tls',
      trunk_type: 'outbound',
    },
    idOf: (body: unknown) => (body as { id: string }).id,
    change: ['PUT', { name: 'changed', expiration: 1_200 }],
  },
] as const;

const said = {
  recording: true,
  direction: 'both',
  registration: 'none',
  fixed_address: true,
  number_format: { style: 'national', country: 'de' },
  limits: { channels: 7, calls_per_second: 1.5 },
  over_limit: 'busy',
  caller_identity: { trusted: true, from: 'username', domain: 'carrier.example' },
  gateway_tls: { check: 'pin', sha256: [Array.from({ length: 32 }, () => 'AB').join(':')] },
};

describe('the settings of a trunk', () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.close());

  const stored = async () => {
    const { documents } = await api.store.documents('trunks', undefined, 10);
    return documents.map(({ value }) => trunkSchema.parse(JSON.parse(value ?? '')));
  };
  const make = async ({ path, body, idOf }: (typeof dialects)[number] = dialects[0]) => {
    const { status, body: made } = await api.call('POST', path, body);
    expect(status).toBe(201);
    const [trunk] = await stored();
    return { id: idOf(made), at: `/trunks/${trunk?.id}/settings`, trunk };
  };
  const settings = async (at: string) => (await api.call('GET', at)).body as unknown as Settings;

  it.each(dialects)('are kept when the trunk is changed in the dialect of $name', async (dialect) => {
    const { id, at } = await make(dialect);
    const { gateways } = await settings(at);
    const weights = gateways.map((gateway, index) => ({ id: gateway.id, weight: 10 + index, srv: true }));
    expect((await api.call('PATCH', at, { ...said, gateways: weights })).status).toBe(200);
    const before = await settings(at);
    expect(before).toMatchObject({
      ...said,
      number_format: { style: 'national', country: 'DE' },
      gateway_tls: { check: 'pin', sha256: ['ab'.repeat(32)] },
      gateways: weights,
    });
    const [method, change] = dialect.change;
    const changed = await api.call(method, `${dialect.path}/${id}`, change);
    expect([changed.status, changed.text.includes('changed')]).toEqual([200, true]);
    const { registering, ...rest } = await settings(at);
    expect(rest).toEqual({ ...before, registering: undefined });
    const expires_s = dialect.name === 'Astradial' ? 1_200 : 3_600;
    expect(registering).toEqual({ ...before.registering, expires_s });
    expect(await stored()).toMatchObject([{ over_limit: 'busy', media: { recording: true }, fixed_address: true }]);
  });

  it('have their usual values where nothing was said, and saying those leaves the trunk as it is', async () => {
    const { at, trunk } = await make();
    const usual = await settings(at);
    expect(usual).toMatchObject({
      recording: false,
      registration: 'we-register',
      registering: { expires_s: 3_600, retry_s: 60, contact_user: null },
      over_limit: 'unavailable',
      gateway_tls: null,
      caller_identity: { trusted: false },
    });
    const { gateways, ...same } = usual;
    const { status, body } = await api.call('PATCH', at, { ...same, gateways: [{ id: gateways[0]?.id, srv: false }] });
    expect([status, body]).toEqual([200, usual]);
    const [after] = await stored();
    expect({ ...after, updated_at: 0 }).toEqual({ ...trunk, updated_at: 0 });
  });

  it('are changed by field, inside of objects too, and go back', async () => {
    const { at } = await make();
    await api.call('PATCH', at, { limits: { channels: 5 }, gateway_tls: { check: 'off' } });
    await api.call('PATCH', at, { limits: { calls_per_second: 2 }, registering: { retry_s: 5 } });
    expect(await settings(at)).toMatchObject({
      limits: { channels: 5, calls_per_second: 2 },
      registering: { expires_s: 3_600, retry_s: 5 },
      gateway_tls: { check: 'off' },
    });
    await api.call('PATCH', at, { gateway_tls: null, limits: { channels: null } });
    expect(await settings(at)).toMatchObject({ limits: { channels: null, calls_per_second: 2 }, gateway_tls: null });
    expect((await stored())[0]).not.toHaveProperty('gateway_tls');
  });

  it('are published, audited, and guarded by their ETag', async () => {
    const { at, trunk } = await make();
    const { etag } = (await api.call('GET', at)).headers;
    const send = (version: unknown) =>
      api.config.server.inject({
        method: 'PATCH',
        url: at,
        headers: { authorization: 'Bearer tl_owner_of_default_0123456789', 'if-match': String(version) },
        payload: { over_limit: 'busy' },
      });
    expect((await send('"99"')).statusCode).toBe(412);
    const done = await send(etag);
    expect([done.statusCode, done.headers['etag']]).toEqual([200, '"2"']);
    await api.clock.settle();
    const entry = await (await api.bus.bucket('trunks')).get(`${trunk?.account}.${trunk?.id}`);
    expect(JSON.parse(entry?.value ?? '{}')).toMatchObject({ over_limit: 'busy' });
    const { data } = (await api.call('GET', '/audit')).body as unknown as { data: unknown[] };
    expect(data[0]).toMatchObject({
      action: 'trunk.changed',
      changes: [{ field: 'over_limit', from: null, to: 'busy' }],
    });
  });

  it.each([
    [{ recordign: true }, 400, 'recordign'],
    [{ caller_identity: { trust: true } }, 400, 'caller_identity.trust'],
    [{ recording: 'yes' }, 400, 'recording'],
    [{ over_limit: 'ring' }, 400, 'over_limit'],
    [{ limits: { calls_per_second: 0 } }, 400, 'limits.calls_per_second'],
    [{ limits: { channels: 1.5 } }, 400, 'limits.channels'],
    [{ limits: 5 }, 400, 'limits'],
    [{ number_format: { country: 'Germany' } }, 400, 'number_format.country'],
    [{ caller_identity: { domain: 'a b' } }, 400, 'caller_identity.domain'],
    [{ caller_identity: { domain: 'x\r\nVia: y' } }, 400, 'caller_identity.domain'],
    [{ registering: { contact_user: 'a\r\nb' } }, 400, 'registering.contact_user'],
    [{ gateway_tls: { check: 'pin', sha256: [] } }, 400, 'gateway_tls.sha256'],
    [{ gateway_tls: { check: 'pin', sha256: ['abc'] } }, 400, 'gateway_tls.sha256[0]'],
    [{ gateway_tls: { check: 'verify', sha256: [] } }, 400, 'gateway_tls.sha256'],
    [{ gateway_tls: { check: 'maybe' } }, 400, 'gateway_tls.check'],
    [{ gateways: [{ id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', weight: 1 }] }, 400, 'gateways[0].id'],
    [{ gateways: [{ weight: 1 }] }, 400, 'gateways[0].id'],
  ])('are refused at their field: %j', async (body, status, field) => {
    const { at, trunk } = await make();
    const answer = await api.call('PATCH', at, body);
    expect([answer.status, ...new Set(answer.body.details.map(({ path }) => path))]).toEqual([status, field]);
    expect(await stored()).toEqual([trunk]);
  });

  it('ask for a user name where they need one', async () => {
    const ip = { name: 'ip', provider: 'custom', auth_type: 'ip-based', ip_identifiers: [{ ip_address: '192.0.2.1' }] };
    const { body } = await api.call('POST', '/sip-trunks/trunks', {
      ...ip,
      gateways: [{ gateway_address: 'a.example' }],
    });
    for (const [change, field] of [
      [{ registration: 'we-register' }, 'registration'],
      [{ caller_identity: { from: 'username' } }, 'caller_identity.from'],
    ] as const) {
      const answer = await api.call('PATCH', `/trunks/${body.id}/settings`, change);
      expect([answer.status, answer.body.details[0]?.path]).toEqual([422, field]);
    }
  });

  it("are not found under another account's token, and not changed by members", async () => {
    const { at } = await make();
    const other = await api.token('owner', 'other');
    expect((await api.call('GET', at, undefined, other)).status).toBe(404);
    expect((await api.call('PATCH', at, { recording: true }, other)).status).toBe(404);
    expect((await api.call('GET', '/trunks/none/settings')).status).toBe(404);
    const member = await api.token('member');
    expect((await api.call('GET', at, undefined, member)).status).toBe(200);
    expect((await api.call('PATCH', at, { recording: true }, member)).status).toBe(403);
  });
});

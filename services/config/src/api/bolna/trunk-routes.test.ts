import { trunkSchema } from '@trunkline/contracts/trunk';
import { sealContext } from '@trunkline/runtime/seal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from '../api-under-test.ts';

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

describe('reading trunks', () => {
  it('lists by activity and gives single ones', async () => {
    const { body: first } = await api.call('POST', path, userpass);
    const { body: second } = await api.call('POST', path, { ...ipBased, is_active: false });
    const names = async (query: string) => (await api.call('GET', `${path}${query}`)).list.map(({ name }) => name);
    expect(await names('')).toEqual(['one', 'two']);
    expect(await names('?is_active=true')).toEqual(['one']);
    expect(await names('?is_active=false')).toEqual(['two']);
    expect((await api.call('GET', `${path}/${first.id}`)).body).toEqual(first);
    expect((await api.call('GET', `${path}/${second.id}`)).body).toEqual(second);
    expect(second.auth_username).toBeUndefined();
  });

  it('refuses a filter that is neither true nor false', async () => {
    expect(await api.call('GET', `${path}?is_active=yes`)).toMatchObject({
      status: 400,
      body: { message: 'is_active must be true or false' },
    });
  });

  it.each([['01ARZ3NDEKTSV4RRFFQ69G5FAV'], ['nonsense'], ['%00']])('does not find %s', async (id) => {
    for (const method of ['GET', 'DELETE']) {
      expect(await api.call(method, `${path}/${id}`)).toMatchObject({
        status: 404,
        body: { error: 404, message: 'SIP trunk not found' },
      });
    }
    expect(await api.call('PATCH', `${path}/${id}`, {})).toMatchObject({ status: 404 });
  });
});

describe('changing a trunk', () => {
  it('changes only what is given, keeps the password, and replaces lists whole', async () => {
    const { body: before } = await api.call('POST', path, { ...userpass, phone_numbers: [{ phone_number: '4930' }] });
    await api.clock.advanceAsync(1_000);
    const gateways = [{ gateway_address: 'new.example' }, { gateway_address: 'sip.example.com', priority: 2 }];
    const { status, body } = await api.call('PATCH', `${path}/${before.id}`, { gateways, description: 'new' });
    expect(status).toBe(200);
    expect(body.gateways.map(({ gateway_address }) => gateway_address)).toEqual(['new.example', 'sip.example.com']);
    expect(body.gateways[1]).toMatchObject({ id: before.gateways[0]?.id, priority: 2 });
    const { gateways: _, description, updated_at, ...rest } = body;
    const { gateways: __, description: ___, updated_at: updatedBefore, ...restBefore } = before;
    expect(rest).toEqual(restBefore);
    expect([description, Date.parse(updated_at) - Date.parse(updatedBefore)]).toEqual(['new', 1_000]);
    const documents = (await api.store.documents('trunks', undefined, 1)).documents;
    const trunk = trunkSchema.parse(JSON.parse(documents[0]?.value ?? ''));
    const password = trunk.auth.kind === 'userpass' ? trunk.auth.password : undefined;
    expect(password && api.sealer.open(password, sealContext(trunk.account, trunk.id))).toBe('correct horse');
  });

  it.each([
    ['SDES on UDP', { media_encryption: 'sdes' }, 422, "media_encryption='sdes' requires transport='transport-tls'"],
    ['ip-based without addresses', { auth_type: 'ip-based' }, 400, 'ip_identifiers are required for ip-based auth'],
    ['no gateways', { gateways: [] }, 400, 'At least one gateway is required'],
    ['a null name', { name: null }, 400, 'Trunk name is required'],
  ])('judges the merged trunk: %s', async (_name, patch, status, message) => {
    const { body: before } = await api.call('POST', path, userpass);
    const answer = await api.call('PATCH', `${path}/${before.id}`, patch);
    expect(answer).toMatchObject({ status, body: { error: status, message } });
    expect((await api.call('GET', `${path}/${before.id}`)).body).toEqual(before);
  });

  it('refuses to leave TLS while SDES is on, and takes both together', async () => {
    const { body } = await api.call('POST', path, {
      ...userpass,
      transport: 'transport-tls',
      media_encryption: 'sdes',
    });
    const at = `${path}/${body.id}`;
    expect((await api.call('PATCH', at, { transport: 'transport-udp' })).status).toBe(422);
    expect((await api.call('PATCH', at, { transport: 'transport-udp', media_encryption: 'no' })).status).toBe(200);
  });

  it('switches the way of authentication when the merged trunk is whole', async () => {
    const { body } = await api.call('POST', path, userpass);
    const at = `${path}/${body.id}`;
    const { ip_identifiers } = ipBased;
    const switched = await api.call('PATCH', at, { auth_type: 'ip-based', ip_identifiers });
    expect(switched).toMatchObject({ status: 200, body: { auth_type: 'ip-based', ip_identifiers } });
    expect(switched.body.auth_username).toBeUndefined();
    const back = { auth_type: 'userpass', auth_username: 'bob' };
    expect((await api.call('PATCH', at, back)).status).toBe(400);
    expect((await api.call('PATCH', at, { ...back, auth_password: 'pw' })).status).toBe(200);
  });

  it('takes back its own answer', async () => {
    const { body } = await api.call('POST', path, { ...ipBased, phone_numbers: [{ phone_number: '4930' }] });
    const again = await api.call('PATCH', `${path}/${body.id}`, body);
    expect(again).toMatchObject({ status: 200, body: { ...body, updated_at: again.body.updated_at } });
  });

  it('refuses to activate a trunk whose number is on another one', async () => {
    const phone_numbers = [{ phone_number: '4930123' }];
    const { body } = await api.call('POST', path, { ...userpass, phone_numbers, is_active: false });
    await api.call('POST', path, { ...ipBased, phone_numbers });
    expect(await api.call('PATCH', `${path}/${body.id}`, { is_active: true })).toMatchObject({
      status: 409,
      body: { message: 'Phone number already exists on another active trunk', details: [{ path: 'is_active' }] },
    });
  });
});

describe('deleting a trunk', () => {
  it('says how many numbers went with it, and takes it off NATS', async () => {
    const phone_numbers = ['1', '2', '3'].map((phone_number) => ({ phone_number }));
    const { body } = await api.call('POST', path, { ...userpass, phone_numbers });
    await api.clock.settle();
    expect(await api.call('DELETE', `${path}/${body.id}`)).toMatchObject({
      status: 200,
      body: { message: 'Trunk deleted successfully. 3 phone number(s) removed.' },
    });
    await api.clock.settle();
    expect(await (await api.bus.bucket('trunks')).keys()).toEqual([]);
    expect((await api.call('GET', '/phone-numbers/all')).body).toEqual([]);
    expect((await api.call('DELETE', `${path}/${body.id}`)).status).toBe(404);
  });
});

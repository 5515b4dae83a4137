import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from '../api-under-test.ts';

const trunkBody = {
  name: 'one',
  provider: 'custom',
  auth_type: 'ip-based',
  ip_identifiers: [{ ip_address: '203.0.113.7' }],
  gateways: [{ gateway_address: '203.0.113.7' }],
};
const unknownId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

let api: ApiUnderTest;
let numbers: string;
beforeEach(async () => {
  api = await openApi();
  const { body } = await api.call('POST', '/sip-trunks/trunks', trunkBody);
  numbers = `/sip-trunks/trunks/${body.id}/numbers`;
});
afterEach(() => api.close());

async function newAgent(name: string): Promise<string> {
  return (await api.call('POST', '/agents', { name, uri: `sip:${name}@192.0.2.10` })).body.id;
}

describe('numbers of a trunk', () => {
  it('adds one as given, with the documented fields', async () => {
    const added = await api.call('POST', numbers, { phone_number: '919876543210', name: 'Mumbai Support Line' });
    expect(added.status).toBe(201);
    const [, , , trunk] = numbers.split('/');
    expect(added.body).toEqual({
      id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
      phone_number: '919876543210',
      name: 'Mumbai Support Line',
      byot_trunk_id: trunk,
      telephony_provider: 'sip-trunk',
      deleted: false,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect((await api.call('GET', numbers)).list).toEqual([added.body]);
  });

  it.each([['+4930123'], ['4930123'], ['030123'], ['1001'], ['support'], ['*98#']])(
    'takes %s',
    async (phone_number) => {
      expect(await api.call('POST', numbers, { phone_number })).toMatchObject({ status: 201, body: { phone_number } });
    },
  );

  it.each([
    [undefined],
    [null],
    [919876543210],
    [''],
    ['+'],
    ['12 34'],
    ['12\r\n34'],
    ['sip:12@x'],
    ['1'.repeat(41)],
    ['٣'],
    ['1@evil'],
    ['1;phone-context=2'],
  ])('refuses %j', async (phone_number) => {
    const { status, body } = await api.call('POST', numbers, { phone_number });
    expect([status, body.details[0]?.path]).toEqual([400, 'phone_number']);
  });

  it('refuses the same number again, with or without +', async () => {
    await api.call('POST', numbers, { phone_number: '4930123' });
    expect(await api.call('POST', numbers, { phone_number: '+4930123' })).toMatchObject({ status: 409 });
    const { body } = await api.call('POST', '/sip-trunks/trunks', { ...trunkBody, name: 'two' });
    const second = `/sip-trunks/trunks/${body.id}/numbers`;
    expect(await api.call('POST', second, { phone_number: '+4930123' })).toMatchObject({
      status: 409,
      body: { error: 409, message: 'Phone number already exists on another active trunk' },
    });
  });

  it('removes one, which frees it and its id', async () => {
    const { body } = await api.call('POST', numbers, { phone_number: '4930123' });
    const at = `${numbers}/${body.id}`;
    const removed = { status: 200, body: { message: 'Phone number removed successfully' } };
    const missing = { status: 404, body: { message: 'SIP trunk phone number not found in database' } };
    expect(await api.call('DELETE', at)).toMatchObject(removed);
    expect(await api.call('DELETE', at)).toMatchObject(missing);
    expect((await api.call('GET', numbers)).list).toEqual([]);
    expect((await api.call('POST', numbers, { phone_number: '4930123' })).status).toBe(201);
  });
});

describe('mapping numbers to agents', () => {
  it('maps, maps again and unlinks', async () => {
    const { body: number } = await api.call('POST', numbers, { phone_number: '4930123' });
    const [first, second] = [await newAgent('first'), await newAgent('second')];
    const map = (agent_id: string) => api.call('POST', '/inbound/setup', { agent_id, phone_number_id: number.id });
    const mapped = async () => (await api.call('GET', '/phone-numbers/all')).list.map(({ agent_id }) => agent_id);
    expect(await map(first)).toMatchObject({
      status: 200,
      body: {
        message: 'SIP trunk number successfully mapped to agent',
        url: 'sip:first@192.0.2.10',
        phone_number: '4930123',
        id: number.id,
      },
    });
    expect(await mapped()).toEqual([first]);
    expect((await map(second)).status).toBe(200);
    expect(await mapped()).toEqual([second]);
    const unlinked = await api.call('POST', '/inbound/unlink', { phone_number_id: number.id });
    expect(unlinked).toMatchObject({ status: 200, body: { url: null, phone_number: '4930123', id: number.id } });
    expect(await mapped()).toEqual([null]);
  });

  it('finds neither unknown numbers and agents nor those of another account', async () => {
    const { body: number } = await api.call('POST', numbers, { phone_number: '4930123' });
    const agent_id = await newAgent('first');
    const other = await api.token('owner', 'other');
    const theirs = (await api.call('POST', '/agents', { name: 'x', uri: 'sip:x@192.0.2.1' }, other)).body.id;
    const setup = (body: object, token?: string) => api.call('POST', '/inbound/setup', body, token);
    const numberMissing = { status: 404, body: { message: 'SIP trunk phone number not found in database' } };
    const agentMissing = { status: 404, body: { message: 'Agent not found' } };
    expect(await setup({ agent_id, phone_number_id: unknownId })).toMatchObject(numberMissing);
    expect(await setup({ agent_id, phone_number_id: 'x' })).toMatchObject(numberMissing);
    expect(await setup({ agent_id: unknownId, phone_number_id: number.id })).toMatchObject(agentMissing);
    expect(await setup({ agent_id: theirs, phone_number_id: number.id })).toMatchObject(agentMissing);
    expect(await setup({ agent_id: theirs, phone_number_id: number.id }, other)).toMatchObject(numberMissing);
    const unlink = { phone_number_id: number.id };
    const unlinkMissing = { status: 404, body: { message: "Phone number doesn't exist." } };
    expect(await api.call('POST', '/inbound/unlink', unlink, other)).toMatchObject(unlinkMissing);
    expect(await api.call('POST', '/inbound/unlink', {})).toMatchObject({
      status: 400,
      body: { message: 'phone_number_id must be given' },
    });
  });
});

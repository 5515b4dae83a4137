import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from './api-under-test.ts';

const trunk = {
  name: 'victim carrier',
  provider: 'custom',
  auth_type: 'userpass',
  auth_username: 'victim-user',
  auth_password: 'victim-secret',
  gateways: [{ gateway_address: 'victim.example.com' }],
  ip_identifiers: [{ ip_address: '192.0.2.0/24' }],
  inbound_enabled: true,
  phone_numbers: [{ phone_number: '+4930111222' }, { phone_number: '1000' }],
};

describe('a tenant that tries to learn of another', () => {
  let api: ApiUnderTest;
  let thief: string;
  let ids: { trunk: string; number: string; agent: string; token: string };
  beforeEach(async () => {
    api = await openApi();
    thief = await api.token('owner', 'thief');
    const created = await api.call('POST', '/sip-trunks/trunks', trunk);
    expect(created.status).toBe(201);
    const agent = await api.call('POST', '/agents', {
      name: 'victim agent',
      uri: 'sip:victim@192.0.2.1',
      auth: { username: 'victim-bot', password: 'victim-secret' },
    });
    const token = await api.call('POST', '/tokens', { name: 'victim token', role: 'member' });
    const number = created.body.phone_numbers[0]?.id ?? '';
    ids = { trunk: created.body.id, number, agent: agent.body.id, token: token.body.id };
    await api.clock.settle();
  });
  afterEach(() => api.close());

  it('is told of every id of another account what it is told of an id that nobody has', async () => {
    const nobody = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ';
    const own = await api.call('POST', '/agents', { name: 'own', uri: 'sip:own@192.0.2.9' }, thief);
    const requests = (id: typeof ids, short: number): [string, string, unknown?][] => [
      ['GET', `/sip-trunks/trunks/${id.trunk}`],
      ['PATCH', `/sip-trunks/trunks/${id.trunk}`, { name: 'x' }],
      ['DELETE', `/sip-trunks/trunks/${id.trunk}`],
      ['GET', `/sip-trunks/trunks/${id.trunk}/numbers`],
      ['POST', `/sip-trunks/trunks/${id.trunk}/numbers`, { phone_number: '4930999888' }],
      ['DELETE', `/sip-trunks/trunks/${id.trunk}/numbers/${id.number}`],
      ['POST', '/inbound/setup', { agent_id: id.agent, phone_number_id: id.number }],
      ['POST', '/inbound/setup', { agent_id: own.body.id, phone_number_id: id.number }],
      ['POST', '/inbound/unlink', { phone_number_id: id.number }],
      ['GET', `/agents/${id.agent}`],
      ['PATCH', `/agents/${id.agent}`, { name: 'x' }],
      ['DELETE', `/agents/${id.agent}`],
      ['DELETE', `/tokens/${id.token}`],
      ['POST', `/tokens/${id.token}/rotate`, {}],
      ['GET', `/api/v1/trunks/${id.trunk}`],
      ['PUT', `/api/v1/trunks/${id.trunk}`, { name: 'xx' }],
      ['DELETE', `/api/v1/trunks/${id.trunk}`],
      ['POST', `/api/v1/trunks/${id.trunk}/test`],
      ['GET', `/api/user/phone-numbers/sip-trunks/${short}`],
      ['PUT', `/api/user/phone-numbers/sip-trunks/${short}`, { nickname: 'x' }],
      ['DELETE', `/api/user/phone-numbers/${short}`],
    ];
    const missing = { trunk: nobody, number: nobody, agent: nobody, token: nobody };
    const [real, made] = [requests(ids, 1), requests(missing, 999)];
    for (const [index, [method, path, body]] of real.entries()) {
      const [, otherPath = '', otherBody] = made[index] ?? [];
      const told = await api.call(method, path, body, thief);
      const other = await api.call(method, otherPath, otherBody, thief);
      expect([path, told.status, told.text]).toEqual([path, 404, other.text]);
      expect(Object.keys(told.headers).sort()).toEqual(Object.keys(other.headers).sort());
    }
  });

  it('finds nothing of it in any list, whatever the filter', async () => {
    const lists = [
      '/sip-trunks/trunks',
      '/sip-trunks/trunks?is_active=true',
      '/phone-numbers/all',
      '/agents',
      '/api/v1/trunks',
    ];
    const cursor = Buffer.from(`0/${'0'.repeat(26)}`).toString('base64url');
    for (const path of [...lists, `/sip-trunks/trunks?limit=5&cursor=${cursor}`, `/agents?limit=5&cursor=${cursor}`]) {
      expect([path, (await api.call('GET', path, undefined, thief)).list]).toEqual([path, []]);
    }
    const other = await api.call('GET', '/api/user/phone-numbers/sip-trunks', undefined, thief);
    expect(other.text).toBe('{"data":[],"next_cursor":null}');
    for (const path of ['/audit', '/tokens']) {
      expect((await api.call('GET', path, undefined, thief)).text).not.toContain('victim');
    }
    const { body } = await api.call('GET', `/audit?cursor=${'7'.padEnd(26, 'Z')}`, undefined, thief);
    expect(JSON.stringify(body)).not.toContain('victim');
    expect((await api.call('GET', '/accounts', undefined, thief)).status).toBe(403);
  });

  it('counts its own trunks only: integer ids tell nothing of how many others there are', async () => {
    const own = { ...trunk, name: 'own', gateways: [{ gateway_address: 'own.example.com' }], phone_numbers: [] };
    await api.call('POST', '/sip-trunks/trunks', own, thief);
    const { body } = await api.call('GET', '/api/user/phone-numbers/sip-trunks', undefined, thief);
    expect(JSON.stringify(body)).toContain('"id":1,');
  });

  it.each([
    ['its number', { phone_numbers: [{ phone_number: '4930111222' }] }],
    ['its extension at its addresses', { phone_numbers: [{ phone_number: '1000' }] }],
    ['its registration', { gateways: trunk.gateways, phone_numbers: [] }],
  ])('is refused %s without a word about whose it is', async (_what, change) => {
    const mine = { ...trunk, name: 'mine', gateways: [{ gateway_address: 'thief.example.com' }], ...change };
    const { status, text, headers } = await api.call('POST', '/sip-trunks/trunks', mine, thief);
    expect(status).toBe(409);
    for (const secret of ['victim carrier', 'victim-secret', 'default', ids.trunk, ids.number]) {
      expect(text + JSON.stringify(headers)).not.toContain(secret);
    }
    expect((await api.call('GET', '/sip-trunks/trunks', undefined, thief)).list).toEqual([]);
  });

  it('is answered alike by a dry run, whether the trunk is there or not', async () => {
    const ask = async () => {
      const answers = [];
      for (const address of ['192.0.2.7', '198.51.100.7']) {
        for (const to of ['+4930111222', '1000', '+4930999999']) {
          for (const digest_user of [undefined, 'victim-user', 'victim-bot']) {
            const asked = { source: { address }, from: '+4930111222', to, digest_user };
            answers.push((await api.call('POST', '/admission/dry-run', asked, thief)).text);
          }
        }
      }
      return answers;
    };
    const before = await ask();
    await api.call('DELETE', `/sip-trunks/trunks/${ids.trunk}`);
    await api.call('DELETE', `/agents/${ids.agent}`);
    await api.clock.settle();
    expect(await ask()).toEqual(before);
    expect(before.join()).not.toContain('victim carrier');
  });

  it('cannot read a sealed password by moving it to a trunk of its own', async () => {
    const { documents } = await api.store.documents('trunks', undefined, 10);
    const { auth, account } = JSON.parse(documents[0]?.value ?? '') as { auth: { password: never }; account: string };
    expect(api.sealer.open(auth.password, `${account}/${ids.trunk}`)).toBe('victim-secret');
    expect(api.sealer.open(auth.password, `${account}/${ids.agent}`)).toBeUndefined();
    expect(api.sealer.open(auth.password, `7ZZZZZZZZZZZZZZZZZZZZZZZZZ/${ids.trunk}`)).toBeUndefined();
  });
});

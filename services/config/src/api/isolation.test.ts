import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from './api-under-test.ts';
import type { OpenApi } from './malformed/operations.ts';
import { requestsOf } from './malformed/requests.ts';
import { makeWorld, nobodysWorld } from './malformed/samples.ts';

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

const ownPlace = {
  gateways: [{ gateway_address: 'thief.example.com' }],
  ip_identifiers: [{ ip_address: '198.51.100.1' }],
  phone_numbers: [{ phone_number: '+4930333444' }],
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

  it('is told of every thing of another account what it is told of one that nobody has', async () => {
    const document = (await api.call('GET', '/openapi.json')).body as unknown as OpenApi;
    const world = await makeWorld((method, path, body) => api.call(method, path, body), api.clock.now());
    await api.clock.settle();
    const [real, made] = [requestsOf(document, world), requestsOf(document, nobodysWorld(world))];
    let asked = 0;
    for (const [index, { name, method, path, body }] of real.entries()) {
      const other = made[index];
      // The others name nothing that is there.
      if (other === undefined || JSON.stringify(other) === JSON.stringify(real[index])) continue;
      asked += 1;
      const told = await api.call(method, path, body, thief);
      const missing = await api.call(method, other.path, other.body, thief);
      expect([name, told.status, told.text]).toEqual([name, 404, missing.text]);
      expect([missing.status, Object.keys(told.headers).sort()]).toEqual([404, Object.keys(missing.headers).sort()]);
    }
    expect(asked).toBeGreaterThan(24);
  });

  it('cannot give its own numbers to the agent of another, nor call for it, nor call from the number of another', async () => {
    const own = await api.call('POST', '/sip-trunks/trunks', { ...trunk, name: 'own', ...ownPlace }, thief);
    const phone_number_id = own.body.phone_numbers[0]?.id;
    const agent = (await api.call('POST', '/agents', { name: 'own', uri: 'sip:own@192.0.2.9' }, thief)).body.id;
    const nobody = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ';
    const called = { recipient_phone_number: '+4930999777' };
    for (const [path, theirs, nobodys] of [
      ['/inbound/setup', { agent_id: ids.agent, phone_number_id }, { agent_id: nobody, phone_number_id }],
      [
        '/inbound/setup',
        { agent_id: agent, phone_number_id: ids.number },
        { agent_id: agent, phone_number_id: nobody },
      ],
      ['/call', { ...called, agent_id: ids.agent }, { ...called, agent_id: nobody }],
      [
        '/call',
        { ...called, agent_id: agent, from_phone_number: '+4930111222' },
        { ...called, agent_id: agent, from_phone_number: '+4930111223' },
      ],
    ] as const) {
      const [told, missing] = [
        await api.call('POST', path, theirs, thief),
        await api.call('POST', path, nobodys, thief),
      ];
      expect([path, told.status, told.text]).toEqual([path, missing.status, missing.text]);
      expect(told.status).toBeGreaterThanOrEqual(400);
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

  it('is answered alike by a dry run where it has a trunk of its own at the same address', async () => {
    const sources = { ...ownPlace, auth_username: 'thief-user', ip_identifiers: [{ ip_address: '192.0.2.0/25' }] };
    const own = await api.call('POST', '/sip-trunks/trunks', { ...trunk, name: 'own', ...sources }, thief);
    const agent = (await api.call('POST', '/agents', { name: 'own', uri: 'sip:own@192.0.2.9' }, thief)).body.id;
    const mapped = { agent_id: agent, phone_number_id: own.body.phone_numbers[0]?.id };
    expect((await api.call('POST', '/inbound/setup', mapped, thief)).status).toBe(200);
    await api.clock.settle();
    const ask = async () => {
      const answers = [];
      for (const address of ['192.0.2.7', '192.0.2.200', '198.51.100.7']) {
        for (const to of ['+4930333444', '+4930111222', '1000', '030111222', '+4930999999']) {
          for (const digest_user of [undefined, 'victim-user', 'victim-bot', 'thief-user']) {
            const asked = { source: { address }, from: '+4930111222', to, digest_user };
            const { text } = await api.call('POST', '/admission/dry-run', asked, thief);
            // Nothing but the trunk of another may tell two answers apart.
            answers.push(JSON.stringify([asked, JSON.parse(text)]));
          }
        }
      }
      return answers;
    };
    const before = await ask();
    expect(before.filter((text) => text.includes('"decision":"accept"')).length).toBeGreaterThan(0);
    await api.call('DELETE', `/sip-trunks/trunks/${ids.trunk}`);
    await api.call('DELETE', `/agents/${ids.agent}`);
    await api.clock.settle();
    expect(await ask()).toEqual(before);
    for (const secret of ['victim carrier', 'victim agent', ids.trunk, ids.agent, ids.number]) {
      expect(before.join()).not.toContain(secret);
    }
  });

  it('cannot go through the lists of another by a cursor from there', async () => {
    for (const path of ['/sip-trunks/trunks', '/agents', '/api/v1/trunks', '/executions']) {
      const made = await api.call('GET', `${path}?limit=1`);
      const link = /<([^>]+)>/.exec(String(made.headers['link'] ?? ''))?.[1] ?? `${path}?limit=1`;
      const { status, text } = await api.call('GET', link, undefined, thief);
      expect([path, status, text.includes('victim')]).toEqual([path, 200, false]);
      expect([path, JSON.parse(text)]).toEqual([
        path,
        JSON.parse((await api.call('GET', `${path}?limit=1`, undefined, thief)).text),
      ]);
    }
    const [entry] =
      ((await api.call('GET', '/audit?limit=1')).body as unknown as { entries?: { id: string }[] }).entries ?? [];
    const { text } = await api.call('GET', `/audit?cursor=${entry?.id ?? '7'.padEnd(26, 'Z')}`, undefined, thief);
    expect(text).not.toContain('victim');
  });

  it('cannot read a sealed password by moving it to a trunk of its own', async () => {
    const { documents } = await api.store.documents('trunks', undefined, 10);
    const { auth, account } = JSON.parse(documents[0]?.value ?? '') as { auth: { password: never }; account: string };
    expect(api.sealer.open(auth.password, `${account}/${ids.trunk}`)).toBe('victim-secret');
    expect(api.sealer.open(auth.password, `${account}/${ids.agent}`)).toBeUndefined();
    expect(api.sealer.open(auth.password, `7ZZZZZZZZZZZZZZZZZZZZZZZZZ/${ids.trunk}`)).toBeUndefined();
  });
});

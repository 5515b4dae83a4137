import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from './api-under-test.ts';

const denied = { status: 401, body: { error: 401, message: 'Access denied' } };
const trunkBody = {
  name: 'one',
  provider: 'custom',
  auth_type: 'userpass',
  auth_username: 'alice',
  auth_password: 'tell-nobody-1',
  gateways: [{ gateway_address: 'sip.example.com' }],
};
const routes = [
  ['POST', '/sip-trunks/trunks'],
  ['GET', '/sip-trunks/trunks'],
  ['GET', '/sip-trunks/trunks/x'],
  ['PATCH', '/sip-trunks/trunks/x'],
  ['DELETE', '/sip-trunks/trunks/x'],
  ['POST', '/sip-trunks/trunks/x/numbers'],
  ['GET', '/sip-trunks/trunks/x/numbers'],
  ['DELETE', '/sip-trunks/trunks/x/numbers/y'],
  ['POST', '/inbound/setup'],
  ['POST', '/inbound/unlink'],
  ['GET', '/phone-numbers/all'],
  ['POST', '/agents'],
  ['GET', '/agents'],
  ['GET', '/agents/x'],
  ['PATCH', '/agents/x'],
  ['DELETE', '/agents/x'],
  ['POST', '/tokens'],
  ['GET', '/tokens'],
  ['DELETE', '/tokens/x'],
  ['POST', '/call'],
  ['POST', '/call/x/stop'],
  ['GET', '/executions'],
  ['GET', '/executions/x'],
  ['GET', '/trunks/x/settings'],
  ['PATCH', '/trunks/x/settings'],
] as const;

let api: ApiUnderTest;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.close());

describe('access', () => {
  it.each(routes)('demands a token: %s %s', async (method, path) => {
    const answer = await api.call(method, path, method === 'GET' ? undefined : {}, null);
    expect(answer).toMatchObject(denied);
    expect(answer.body).toEqual(denied.body);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(await api.call(method, path, undefined, 'tl_wrong')).toMatchObject(denied);
  });

  it.each(routes.filter(([method]) => method !== 'GET'))('lets members only read: %s %s', async (method, path) => {
    const answer = await api.call(method, path, {}, await api.token('member'));
    expect(answer.status).toBe(403);
    expect(answer.body.message).toBe('Members may only read: ask an owner or admin of the account to change this');
  });

  it('lets members read and admins write', async () => {
    expect((await api.call('GET', '/sip-trunks/trunks', undefined, await api.token('member'))).status).toBe(200);
    expect((await api.call('POST', '/sip-trunks/trunks', trunkBody, await api.token('admin'))).status).toBe(201);
  });

  it('hides everything of an account from others', async () => {
    const { body } = await api.call('POST', '/sip-trunks/trunks', trunkBody);
    const other = await api.token('owner', 'other');
    const at = `/sip-trunks/trunks/${body.id}`;
    for (const [method, path, sent] of [
      ['GET', at, undefined],
      ['PATCH', at, { name: 'mine' }],
      ['DELETE', at, undefined],
      ['GET', `${at}/numbers`, undefined],
      ['POST', `${at}/numbers`, { phone_number: '4930' }],
    ] as const) {
      expect(await api.call(method, path, sent, other)).toMatchObject({
        status: 404,
        body: { error: 404, message: 'SIP trunk not found' },
      });
    }
    expect((await api.call('GET', '/sip-trunks/trunks', undefined, other)).list).toEqual([]);
    expect((await api.call('GET', at)).body).toEqual(body);
  });

  it('answers health without a token', async () => {
    await api.clock.settle();
    const { server } = api.config;
    for (const url of ['/live', '/ready', '/metrics']) {
      expect((await server.inject({ url })).statusCode).toBe(200);
    }
    const metrics = await server.inject({ url: '/metrics' });
    expect(metrics.body).toMatch(/trunkline_config_request_seconds_count\{[^}]*route="\/ready"[^}]*\} 1/);
  });
});

describe('tokens', () => {
  it('are made, listed, honoured until they expire, and withdrawn at once', async () => {
    const made = await api.call('POST', '/tokens', { name: 'ci', role: 'admin', expires_in_s: 60 });
    expect(made).toMatchObject({ status: 201, body: { name: 'ci', role: 'admin' } });
    const { token, ...shown } = made.body;
    expect((await api.call('GET', '/tokens')).list).toContainEqual(shown);
    const reads = () => api.call('GET', '/agents', undefined, token);
    expect((await reads()).status).toBe(200);
    await api.clock.advanceAsync(60_000);
    expect(await reads()).toMatchObject(denied);
    const { body: lasting } = await api.call('POST', '/tokens', { name: 'ci', role: 'admin' });
    expect((await api.call('GET', '/agents', undefined, lasting.token)).status).toBe(200);
    expect((await api.call('DELETE', `/tokens/${lasting.id}`)).status).toBe(200);
    expect(await api.call('GET', '/agents', undefined, lasting.token)).toMatchObject(denied);
  });

  it('are the business of owners', async () => {
    expect((await api.call('GET', '/tokens', undefined, await api.token('admin'))).status).toBe(403);
    expect((await api.call('POST', '/tokens', { name: 'x', role: 'owner' }, await api.token('admin'))).status).toBe(
      403,
    );
  });
});

describe('the last owner token', () => {
  it('cannot be deleted', async () => {
    const [own] = (await api.call('GET', '/tokens')).list;
    const answer = await api.call('DELETE', `/tokens/${own?.id}`);
    expect([answer.status, answer.body.message]).toEqual([
      409,
      'This is the last owner token of the account: create another one before you delete it',
    ]);
    const { body: other } = await api.call('POST', '/tokens', { name: 'second', role: 'owner' });
    expect((await api.call('DELETE', `/tokens/${own?.id}`, undefined, other.token)).status).toBe(200);
  });
});

describe('a database that is away', () => {
  it('is told as 503, and everything works again when it is back', async () => {
    await api.call('POST', '/sip-trunks/trunks', trunkBody);
    api.store.away = true;
    for (const [method, path] of [
      ['GET', '/sip-trunks/trunks'],
      ['POST', '/sip-trunks/trunks'],
    ] as const) {
      const answer = await api.call(method, path, method === 'POST' ? { ...trunkBody, name: 'two' } : undefined);
      expect(answer).toMatchObject({ status: 503, body: { error: 503 } });
      expect(answer.headers['retry-after']).toBe('1');
    }
    const ready = await api.config.server.inject({ url: '/ready' });
    expect([ready.statusCode, ready.json().reasons[0].check]).toEqual([503, 'database']);
    api.store.away = false;
    expect((await api.call('GET', '/sip-trunks/trunks')).list).toHaveLength(1);
  });
});

describe('the log', () => {
  it('holds no secret, whatever happens', async () => {
    const { body } = await api.call('POST', '/sip-trunks/trunks', trunkBody);
    await api.call('PATCH', `/sip-trunks/trunks/${body.id}`, { auth_password: 'tell-nobody-2', name: 7 });
    await api.call('POST', '/sip-trunks/trunks', '{"auth_password":"tell-nobody-3"');
    const auth = { username: 'abc', password: 'tell-nobody-4' };
    await api.call('POST', '/agents', { name: 'a', uri: 'sip:a@b.example', auth });
    const { body: made } = await api.call('POST', '/tokens', { name: 'ci', role: 'admin' });
    await api.call('GET', '/agents', undefined, 'tell-nobody-5');
    await api.call('GET', '/nowhere?token=tell-nobody-6');
    api.store.away = true;
    await api.call('PATCH', `/sip-trunks/trunks/${body.id}`, { auth_password: 'tell-nobody-7' });
    const log = api.logged.join('');
    expect(log).toContain('A request was answered');
    expect(log).not.toContain('tell-nobody');
    expect(log).not.toContain(made.token);
  });
});

describe('bodies', () => {
  it('may be empty where none is needed, whatever Content-Type says', async () => {
    const { body } = await api.call('POST', '/sip-trunks/trunks', trunkBody);
    expect((await api.call('DELETE', `/sip-trunks/trunks/${body.id}`, '')).status).toBe(200);
    expect(await api.call('POST', '/sip-trunks/trunks', '')).toMatchObject({
      status: 400,
      body: { message: 'The body must be a JSON object' },
    });
  });

  it('are refused with prototype keys, and in another format than JSON', async () => {
    const poisoned = '{"name":"x","__proto__":{"is_active":false}}';
    expect((await api.call('POST', '/sip-trunks/trunks', poisoned)).status).toBe(400);
    const { server } = api.config;
    const headers = { authorization: 'Bearer tl_owner_of_default_0123456789', 'content-type': 'text/plain' };
    const answer = await server.inject({ method: 'POST', url: '/agents', headers, payload: 'name=x' });
    expect(answer.statusCode).toBe(415);
    expect(answer.json().message).toBe('The body must be JSON: set Content-Type to application/json');
  });
});

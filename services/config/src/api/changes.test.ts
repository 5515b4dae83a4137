import { edgeHeartbeatSchema } from '@trunkline/contracts/edge-heartbeat';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type ApiUnderTest, openApi, ownerToken } from './api-under-test.ts';

const path = '/sip-trunks/trunks';
const body = (name: string) => ({
  name,
  provider: 'custom',
  auth_type: 'userpass',
  auth_username: name,
  auth_password: 'tell-nobody',
  gateways: [{ gateway_address: `${name}.example.com` }],
});

describe('a change over the API', () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.close());

  const send = async (
    method: string,
    url: string,
    given: unknown,
    headers: Readonly<Record<string, string>> = {},
    token = ownerToken,
  ): Promise<Answer> => {
    const {
      statusCode: status,
      headers: answered,
      body: text,
    } = await api.config.server.inject({
      method: method as 'POST',
      url,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(given === undefined ? {} : { payload: JSON.stringify(given) }),
    });
    return { status, headers: answered, text, body: text === '' ? undefined : JSON.parse(text), list: [] } as Answer;
  };
  const audit = async (token = ownerToken) =>
    (await send('GET', '/audit', undefined, {}, token)).body as unknown as {
      data: Record<string, unknown>[];
      next_cursor: string | null;
    };

  describe('under an Idempotency-Key', () => {
    const key = { 'idempotency-key': 'once-1' };

    it('is done once and answered twice alike', async () => {
      const first = await send('POST', path, body('one'), key);
      const second = await send('POST', path, body('one'), key);
      expect([first.status, second.status]).toEqual([201, 201]);
      expect(second.body).toEqual(first.body);
      expect(second.headers).toMatchObject({ 'idempotent-replayed': 'true', etag: first.headers['etag'] });
      expect((await api.call('GET', path)).list).toHaveLength(1);
      expect((await audit()).data).toHaveLength(1);
    });

    it('is done once when it comes twice at the same moment', async () => {
      const answers = await Promise.all([1, 2, 3].map(() => send('POST', path, body('one'), key)));
      expect(answers.map(({ body: { id } }) => id)).toEqual(Array(3).fill(answers[0]?.body.id));
    });

    it('is refused when the key was for something else', async () => {
      await send('POST', path, body('one'), key);
      expect((await send('POST', path, body('two'), key)).status).toBe(422);
      expect((await send('POST', '/agents', body('one'), key)).status).toBe(400);
      const other = await api.token('owner', 'other');
      expect((await send('POST', path, body('one'), key, other)).status).toBe(409);
      expect((await send('POST', path, { ...body('mine'), name: 'one' }, key, other)).status).toBe(201);
    });

    it('keeps no failure, and forgets after a day', async () => {
      expect((await send('POST', path, { ...body('one'), provider: '' }, key)).status).toBe(400);
      expect((await send('POST', path, body('one'), key)).status).toBe(201);
      for (const hours of [12, 12]) api.clock.advance(hours * 3_600_000 + 1);
      await api.clock.settle();
      expect((await send('POST', path, body('one'), key)).status).toBe(409);
      expect((await send('POST', path, body('one'), { 'idempotency-key': 'a b' })).status).toBe(400);
    });

    it('answers a token again without having it in the store', async () => {
      const first = await send('POST', '/tokens', { name: 'ci', role: 'member' }, key);
      const second = await send('POST', '/tokens', { name: 'ci', role: 'member' }, key);
      expect(second.body.token).toBe(first.body.token);
      expect((await send('GET', path, undefined, {}, first.body.token)).status).toBe(200);
      const { account } = (await api.store.tokens((await api.store.accounts())[0]?.id as never))[0] ?? {};
      const kept = await api.store.answered(account as never, 'once-1', 0 as never);
      expect(kept?.answer).toMatch(/^v2\./);
      expect(kept?.answer).not.toContain(first.body.token);
    });
  });

  describe('of a version', () => {
    it('is made with its ETag, refused with an older one', async () => {
      for (const [url, given, change] of [
        [path, body('one'), { description: 'new' }],
        ['/agents', { name: 'bot', uri: 'sip:bot@192.0.2.1' }, { name: 'other' }],
      ] as const) {
        const created = await send('POST', url, given);
        const at = `${url}/${created.body.id}`;
        expect(created.headers['etag']).toBe('"1"');
        const changed = await send('PATCH', at, change, { 'if-match': '"1"' });
        expect([changed.status, changed.headers['etag']]).toEqual([200, '"2"']);
        expect((await send('GET', at, undefined)).headers['etag']).toBe('"2"');
        for (const [method, more] of [
          ['PATCH', change],
          ['DELETE', undefined],
        ] as const) {
          expect((await send(method, at, more, { 'if-match': '"1"' })).status).toBe(412);
        }
        expect((await send('PATCH', at, change, { 'if-match': '"9", "2"' })).status).toBe(200);
        expect((await send('DELETE', at, undefined, { 'if-match': '*' })).status).toBe(200);
      }
    });

    it('is lost by nobody: of two who read the same, one is refused', async () => {
      const { body: trunk } = await send('POST', path, body('one'));
      const at = `${path}/${trunk.id}`;
      const both = ['a', 'b'].map((description) => send('PATCH', at, { description }, { 'if-match': '"1"' }));
      expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 412]);
    });
  });

  it('stands in the audit log, with who made it and without secrets', async () => {
    const { body: trunk } = await send('POST', path, body('one'));
    const at = `${path}/${trunk.id}`;
    await send('PATCH', at, { auth_password: 'another-secret', description: 'new' });
    const { body: number } = await send('POST', `${at}/numbers`, { phone_number: '4930123456' });
    const { body: agent } = await send('POST', '/agents', {
      name: 'bot',
      uri: 'sip:bot@192.0.2.1',
      auth: { username: 'bot', password: 'agent-secret' },
    });
    await send('POST', '/inbound/setup', { agent_id: agent.id, phone_number_id: number.id });
    await send('DELETE', `/agents/${agent.id}`, undefined);
    const { body: token } = await send('POST', '/tokens', { name: 'ci', role: 'member' });
    await send('POST', `/tokens/${token.id}/rotate`, {});
    await send('POST', '/accounts', { name: 'tenant' });
    await send('DELETE', at, undefined);
    const { data } = await audit();
    expect(data.map(({ action }) => action).reverse()).toEqual([
      ...['trunk.created', 'trunk.changed', 'trunk.changed', 'agent.created', 'trunk.changed', 'agent.deleted'],
      ...['token.created', 'token.rotated', 'account.created', 'trunk.deleted'],
    ]);
    expect(data.at(-1)).toMatchObject({ by: { name: 'bootstrap' }, target: { id: trunk.id, name: 'one' } });
    expect(data.at(-2)?.['changes']).toEqual([
      { field: 'description', from: null, to: 'new' },
      { field: 'auth.password', from: 'changed', to: 'changed' },
    ]);
    const text = JSON.stringify(data);
    for (const secret of ['tell-nobody', 'another-secret', 'agent-secret', token.token, 'v2.']) {
      expect(text).not.toContain(secret);
    }
    const other = await api.token('owner', 'other');
    expect((await audit(other)).data).toEqual([]);
    expect((await send('GET', '/audit', undefined, {}, await api.token('member'))).status).toBe(403);
    const page = (await send('GET', '/audit?limit=4', undefined)).body as unknown as typeof audit extends () => Promise<
      infer T
    >
      ? T
      : never;
    expect(page.next_cursor).toBe(page.data.at(-1)?.['id']);
  });

  it('is refused when it comes too often, with when to come again', async () => {
    const slow = await openApi({ rate_per_s: 1 });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push(await slow.call('GET', path));
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429, 429]);
    expect(statuses.at(-1)?.headers['retry-after']).toBe('1');
    await slow.clock.advanceAsync(1_000);
    expect((await slow.call('GET', path)).status).toBe(200);
    const strangers = [];
    for (let count = 0; count < 41; count += 1) strangers.push((await slow.call('GET', path, undefined, null)).status);
    expect([...new Set(strangers)]).toEqual([401, 429]);
    await slow.close();
  });

  it('pages through a list by its Link header', async () => {
    for (const name of ['one', 'two', 'three']) await send('POST', path, body(name));
    const names: string[] = [];
    let url: string | undefined = `${path}?limit=2`;
    while (url !== undefined) {
      const { headers, body: list } = await send('GET', url, undefined);
      names.push(...(list as unknown as { name: string }[]).map(({ name }) => name));
      url = /<([^>]+)>; rel="next"/.exec(String(headers['link'] ?? ''))?.[1];
    }
    expect(names).toEqual(['one', 'two', 'three']);
    expect((await send('GET', `${path}?cursor=x`, undefined)).status).toBe(400);
    expect((await send('GET', `${path}?limit=0`, undefined)).status).toBe(400);
  });

  describe('that waits until it is applied', () => {
    const beat = async (edge: string, trunks: number) => {
      const at = api.clock.now();
      const applied = { trunks, agents: 0 };
      const heartbeat = edgeHeartbeatSchema.parse({ edge, at, started_at: at, applied, calls: 0, draining: false });
      await (await api.bus.bucket('edges')).put(edge, JSON.stringify(heartbeat));
      await api.clock.settle();
    };

    it('is answered as soon as every edge has it', async () => {
      await beat('one', 0);
      await beat('two', 0);
      let done = false;
      const answering = send('POST', `${path}?wait=applied`, body('one')).then((answer) => {
        done = true;
        return answer;
      });
      await api.clock.settle();
      await beat('one', 1);
      expect(done).toBe(false);
      await beat('two', 1);
      const { status, headers } = await answering;
      expect([status, headers['trunkline-generation']]).toEqual([201, '1']);
    });

    it('names the edges that do not have it in time', async () => {
      await beat('one', 9);
      await beat('two', 0);
      const answering = send('POST', `${path}?wait=applied`, body('one'));
      await api.clock.advanceAsync(5_000);
      const { status, body: answer } = await answering;
      const applied = { generation: 1, edges: ['one', 'two'], waiting_for: ['two'] };
      expect([status, answer]).toMatchObject([202, { name: 'one', applied }]);
    });

    it('forgets edges that are gone, and is not applied where there is none', async () => {
      await beat('one', 0);
      await api.clock.advanceAsync(7_001);
      const { body: created } = await send('POST', path, body('one'));
      const answering = send('DELETE', `${path}/${created.id}?wait=applied`, undefined);
      await api.clock.advanceAsync(5_000);
      const { status, body: answer } = await answering;
      expect([status, answer]).toMatchObject([202, { applied: { generation: 2, edges: [], waiting_for: [] } }]);
    });

    it('says when it could not even be published', async () => {
      await beat('one', 0);
      api.bus.setConnected(false);
      const answering = send('POST', `${path}?wait=applied`, body('one'));
      await api.clock.advanceAsync(5_000);
      expect(await answering).toMatchObject({
        status: 202,
        body: { applied: { generation: null, edges: ['one'], waiting_for: ['one'] } },
      });
      api.bus.setConnected(true);
    });
  });

  it('rotates a token, and lets the old one go after its grace', async () => {
    const { body: token } = await send('POST', '/tokens', { name: 'ci', role: 'admin' });
    const { body: fresh } = await send('POST', `/tokens/${token.id}/rotate`, { grace_s: 10 });
    expect(fresh).toMatchObject({ name: 'ci', role: 'admin', expires_at: null });
    const works = async (text: string) => (await send('GET', path, undefined, {}, text)).status;
    expect([await works(token.token), await works(fresh.token)]).toEqual([200, 200]);
    await api.clock.advanceAsync(10_000);
    expect([await works(token.token), await works(fresh.token)]).toEqual([401, 200]);
    const { body: last } = await send('POST', `/tokens/${fresh.id}/rotate`, undefined);
    expect([await works(fresh.token), await works(last.token)]).toEqual([401, 200]);
  });

  it('lets only the operator make accounts, and each sees only its own', async () => {
    const { status, body: tenant } = await send('POST', '/accounts', { name: 'tenant' });
    expect([status, tenant.name]).toEqual([201, 'tenant']);
    expect((await send('POST', '/accounts', { name: 'tenant' })).status).toBe(409);
    await send('POST', path, body('mine'));
    expect((await api.call('GET', path, undefined, tenant.token)).list).toEqual([]);
    expect((await send('POST', path, body('theirs'), {}, tenant.token)).status).toBe(201);
    for (const method of ['GET', 'POST']) {
      const given = method === 'GET' ? undefined : { name: 'other' };
      expect((await send(method, '/accounts', given, {}, tenant.token)).status).toBe(403);
      expect((await send(method, '/accounts', given, {}, await api.token('admin'))).status).toBe(403);
    }
  });
});

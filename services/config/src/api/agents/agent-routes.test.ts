import { agentSchema } from '@trunkline/contracts/agent';
import { sealContext } from '@trunkline/runtime/seal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from '../api-under-test.ts';

const agentBody = { name: 'runtime', uri: 'sip:192.0.2.10:5060;transport=tcp' };
const auth = { username: 'runtime-1', password: 'correct horse' };

let api: ApiUnderTest;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.close());

async function publishedAgent() {
  await api.clock.settle();
  const bucket = await api.bus.bucket('agents');
  const [key] = await bucket.keys();
  const entry = key === undefined ? undefined : await bucket.get(key);
  return entry === undefined ? undefined : agentSchema.parse(JSON.parse(entry.value));
}

describe('agents', () => {
  it('creates one, publishes it with its password sealed, and answers no password', async () => {
    const ip_identifiers = [{ ip_address: '192.0.2.10' }];
    const { status, body, text } = await api.call('POST', '/agents', { ...agentBody, auth, ip_identifiers });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
      ...agentBody,
      auth: { username: 'runtime-1' },
      ip_identifiers,
      is_active: true,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect(text).not.toContain(auth.password);
    const agent = await publishedAgent();
    expect(agent).toMatchObject({ id: body.id, uri: agentBody.uri, acl: ['192.0.2.10/32'] });
    const sealed = agent?.auth?.password;
    expect(sealed && api.sealer.open(sealed, sealContext(agent.account, agent.id))).toBe(auth.password);
  });

  it('lists, shows, changes and deletes', async () => {
    const { body } = await api.call('POST', '/agents', { ...agentBody, auth });
    const at = `/agents/${body.id}`;
    expect((await api.call('GET', '/agents')).list).toEqual([body]);
    expect((await api.call('GET', at)).body).toEqual(body);
    const before = await publishedAgent();
    const renamed = await api.call('PATCH', at, { name: 'new', auth: { username: 'runtime-2' } });
    expect(renamed).toMatchObject({
      status: 200,
      body: { name: 'new', uri: body.uri, auth: { username: 'runtime-2' } },
    });
    expect((await publishedAgent())?.auth?.password).toBe(before?.auth?.password);
    expect((await api.call('PATCH', at, { auth: null, is_active: false })).body).toMatchObject({ auth: null });
    expect(await publishedAgent()).toMatchObject({ auth: null, is_active: false });
    expect(await api.call('DELETE', at)).toMatchObject({
      status: 200,
      body: { message: 'Agent deleted successfully. 0 phone number(s) unmapped.' },
    });
    expect(await publishedAgent()).toBeUndefined();
    expect(await api.call('GET', at)).toMatchObject({ status: 404, body: { message: 'Agent not found' } });
  });

  it.each([
    [{ name: undefined }, 'name'],
    [{ name: 'a\r\nb' }, 'name'],
    [{ uri: undefined }, 'uri'],
    [{ uri: 'http://x' }, 'uri'],
    [{ uri: 'sip:' }, 'uri'],
    [{ uri: 'sip:a@b.example\r\nX: y' }, 'uri'],
    [{ uri: '<sip:a@b.example>' }, 'uri'],
    [{ uri: 'sip:a@b.example?Subject=x' }, 'uri'],
    [{ uri: 'sip:a:secret@b.example' }, 'uri'],
    [{ uri: 'sip:a@b.example:99999' }, 'uri'],
    [{ uri: 'sip:a@1.2.3' }, 'uri'],
    [{ auth: { username: 'ab', password: 'long enough' } }, 'auth.username'],
    [{ auth: { username: 'a"b', password: 'long enough' } }, 'auth.username'],
    [{ auth: { username: 'abc', password: 'short' } }, 'auth.password'],
    [{ auth: { username: 'abc' } }, 'auth.password'],
    [{ auth: 'abc' }, 'auth'],
    [{ ip_identifiers: [{ ip_address: 'x' }] }, 'ip_identifiers[0].ip_address'],
    [{ ip_identifiers: ['10.0.0.1'] }, 'ip_identifiers[0]'],
    [{ is_active: 'yes' }, 'is_active'],
  ])('refuses %j', async (change, path) => {
    const { status, body } = await api.call('POST', '/agents', { ...agentBody, ...change });
    expect([status, body.details[0]?.path]).toEqual([400, path]);
  });

  it('keeps names unique in an account and user names over all', async () => {
    await api.call('POST', '/agents', { ...agentBody, auth });
    const other = await api.token('owner', 'other');
    expect(await api.call('POST', '/agents', agentBody)).toMatchObject({ status: 409 });
    expect(await api.call('POST', '/agents', { ...agentBody, auth }, other)).toMatchObject({
      status: 409,
      body: { details: [{ path: 'auth.username' }] },
    });
    expect((await api.call('POST', '/agents', agentBody, other)).status).toBe(201);
  });
});

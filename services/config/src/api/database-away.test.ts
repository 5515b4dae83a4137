import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi } from './api-under-test.ts';
import type { OpenApi } from './malformed/operations.ts';
import { requestsOf } from './malformed/requests.ts';
import { makeWorld, type World } from './malformed/samples.ts';

/** These are answered from memory. */
const withoutDatabase: ReadonlySet<string> = new Set(['POST /admission/dry-run']);

describe('while the database is away', () => {
  let api: ApiUnderTest;
  let world: World;
  let document: OpenApi;
  beforeEach(async () => {
    api = await openApi();
    world = await makeWorld((method, path, body) => api.call(method, path, body), api.clock.now());
    document = (await api.call('GET', '/openapi.json')).body as unknown as OpenApi;
    await api.clock.settle();
  });
  afterEach(() => api.close());

  it('every operation that needs it says so with 503 and when to try again, and the others go on', async () => {
    const all = requestsOf(document, world);
    expect(all.length).toBeGreaterThan(35);
    api.store.away = true;
    for (const { name, method, path, body } of all) {
      const { status, headers, text } = await api.call(method, path, body);
      expect([name, status]).toEqual([name, withoutDatabase.has(name) ? 200 : 503]);
      if (withoutDatabase.has(name)) continue;
      expect([name, headers['retry-after']]).toEqual([name, '1']);
      expect(text).toContain('The database does not answer. Try again shortly; running calls are not affected.');
    }
    api.store.away = false;
    const kept = all.filter(({ name }) => name.startsWith('GET'));
    for (const { name, path } of kept) expect([name, (await api.call('GET', path)).status]).toEqual([name, 200]);
  });

  it('tokens that nobody has shown of late cannot be checked, which is no refusal', async () => {
    const token = await api.token('owner');
    api.store.away = true;
    expect((await api.call('GET', '/agents', undefined, token)).status).toBe(503);
    expect((await api.call('GET', '/ready', undefined, null)).status).toBe(503);
    expect((await api.call('GET', '/live', undefined, null)).status).toBe(200);
    api.store.away = false;
    expect((await api.call('GET', '/agents', undefined, token)).status).toBe(200);
  });
});

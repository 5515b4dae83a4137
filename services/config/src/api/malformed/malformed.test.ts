import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, openApi, ownerToken } from '../api-under-test.ts';
import { places } from './json-places.ts';
import { malform } from './malform.ts';
import { fieldsOf, type OpenApi, type WritingOperation, writingOperations } from './operations.ts';
import { makeWorld, type Sample, samples, type World } from './samples.ts';

/** The field that an error points at, in the way of its dialect, as a path; undefined: none. */
function pointedAt(body: unknown): readonly string[] {
  const { details, errors } = body as { details?: { path: string }[]; errors?: object };
  if (errors === undefined) return (details ?? []).map(({ path }) => path);
  return Object.keys(errors).map((field) => (field === 'body' ? '' : field.replace(/\.(\d+)/g, '[$1]')));
}

/** An error may point at the list that a wrong entry is in, or at a part of what is wrong. */
const isAt = (pointed: string, path: string): boolean =>
  pointed !== '' && (path.startsWith(pointed) || pointed.startsWith(path));

/** Everything that is stored and published, and every change in the audit logs. */
async function everything(api: ApiUnderTest): Promise<string> {
  const stored = [];
  const published = [];
  for (const name of ['trunks', 'agents', 'tokens'] as const) {
    stored.push((await api.store.documents(name, undefined, 1_000)).documents);
    const bucket = await api.bus.bucket(name);
    for (const key of (await bucket.keys()).sort()) published.push([key, await bucket.get(key)]);
  }
  const accounts = await api.store.accounts();
  const audits = await Promise.all(accounts.map(({ id }) => api.store.audit(id, { limit: 100 })));
  return JSON.stringify({ stored, published, accounts, audits });
}

/** What a subject or a key on NATS, a path, SQL or a header would take for something else. */
const noIds = [
  ...['*', '>', '.', '..', '*.*', 'a.b', '$KV.trunks.>', '-', ' ', '0', '-1', '1e3', '9'.repeat(26), 'x'.repeat(5_000)],
  ...[
    "'; drop table trunks; --",
    '../../agents',
    'x\r\nevil: y',
    '\u0000',
    '💥',
    '01arz3ndektsv4rrffq69g5fav',
    '%2e',
    '\u0661',
  ],
];

const ajv = formats.default(new Ajv2020({ strict: false }));

describe('a malformed request', () => {
  let operations: readonly WritingOperation[];
  let api: ApiUnderTest;
  let world: World;
  beforeAll(async () => {
    const described = await openApi();
    operations = writingOperations((await described.call('GET', '/openapi.json')).body as unknown as OpenApi);
    await described.close();
  });
  beforeEach(async () => {
    api = await openApi();
    world = await makeWorld((method, path, body) => api.call(method, path, body), api.clock.now());
    await api.clock.settle();
  });
  afterEach(() => api.close());

  const sampleOf = (name: string): Sample => {
    const sample = samples[name]?.(world);
    if (sample === undefined) throw new Error(`no sample of ${name}`);
    return sample;
  };
  const operationOf = (name: string): WritingOperation => {
    const operation = operations.find((each) => each.name === name);
    if (operation === undefined) throw new Error(`no operation ${name}`);
    return operation;
  };

  it('is tried for every operation that can change something, and in every field that it has', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual(Object.keys(samples).sort());
    for (const { name, schema } of operations) {
      const shown = sampleOf(name).bodies.flatMap((body) => places(body).map(({ path }) => path));
      const plain = new Set(shown.map((path) => path.replace(/\[\d+\]/g, '[]')));
      const lacking = schema === undefined ? [] : fieldsOf(schema).filter((field) => !plain.has(field));
      expect([name, lacking]).toEqual([name, []]);
      expect([name, sampleOf(name).bodies.length > 0]).toEqual([name, schema !== undefined]);
    }
  });

  it.each(Object.keys(samples))('is refused with the field at fault, and reaches nothing: %s', async (name) => {
    const { path, bodies, prose = [] } = sampleOf(name);
    const { method, schema } = operationOf(name);
    const before = await everything(api);
    const accepts = schema === undefined ? undefined : ajv.compile(schema);
    let tried = 0;
    for (const body of bodies) {
      const isProse = (field: string): boolean => prose.includes(field);
      for (const { what, path: field, text, value } of malform(body, isProse)) {
        if (value !== undefined && accepts?.(value) === true) continue;
        tried += 1;
        const answer = await api.call(method, path, text);
        const pointed = pointedAt(answer.body);
        const isNamed = field === '' || pointed.some((each) => isAt(each, field));
        const isUnknown = answer.status === 404 && /id$/.test(field);
        const isRight = ([400, 413, 422].includes(answer.status) && isNamed) || isUnknown;
        expect({ what, field, status: answer.status, pointed, isRight }).toMatchObject({ isRight: true });
        expect(answer.text).not.toContain('evil');
      }
    }
    await api.clock.settle();
    expect(await everything(api)).toBe(before);
    expect(tried).toBeGreaterThan(bodies.length * 25 - 1);
    // The request is right otherwise: what was refused was refused for its fault.
    for (const body of bodies.length === 0 ? [undefined] : bodies) {
      const { status, text } = await api.call(method, path, body);
      expect([status < 300, status, text]).toEqual([true, status, text]);
    }
  });

  it.each(Object.keys(samples).filter((name) => name.includes('{')))(
    'finds nothing by what is no id: %s',
    async (name) => {
      const { path, bodies } = sampleOf(name);
      const { method } = operationOf(name);
      const before = await everything(api);
      const pattern = name.slice(name.indexOf('/')).split('/');
      const given = path.split('/');
      for (const [index, part] of pattern.entries()) {
        if (!part.startsWith('{')) continue;
        for (const wrong of noIds) {
          const wanted = given.map((each, at) => (at === index ? encodeURIComponent(wrong) : each)).join('/');
          const { status, text } = await api.call(method, wanted, bodies[0]);
          const isRight = status === 404 || (status === 414 && wrong.length > 1_000);
          expect([wrong.slice(0, 40), isRight, status]).toEqual([wrong.slice(0, 40), true, status]);
          expect(text).not.toContain('evil');
        }
      }
      await api.clock.settle();
      expect(await everything(api)).toBe(before);
    },
  );

  it('is never met by a fault, whatever JSON it is', async () => {
    const withBody = operations.filter(({ schema }) => schema !== undefined);
    const keys = withBody.flatMap(({ schema }) => Object.keys(schema?.properties ?? {}));
    const dictionary = fc.dictionary(fc.constantFrom(...keys, 'another'), fc.jsonValue({ maxDepth: 2 }));
    const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), dictionary);
    await fc.assert(
      fc.asyncProperty(anything, fc.constantFrom(...withBody), async (given, { name, method }) => {
        const { status, text } = await api.call(method, sampleOf(name).path, JSON.stringify(given));
        expect([name, status < 500, text]).toEqual([name, true, text]);
      }),
      { numRuns: 1_000 },
    );
    expect(api.logged.filter((line) => line.includes('A request met a fault'))).toEqual([]);
  });

  it.each([
    [
      'bytes that are no UTF-8',
      { payload: Buffer.from([0x7b, 0x22, 0x6e, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d]) },
      400,
    ],
    ['UTF-16', { payload: Buffer.from(JSON.stringify({ name: 'x' }), 'utf16le') }, 400],
    ['nothing', { payload: '' }, 400],
    ['a form', { payload: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['no type', { payload: '{"name":"x"}', headers: { 'content-type': '' } }, 415],
    ['a key of blanks', { payload: '{"name":"x"}', headers: { 'idempotency-key': ' a b ' } }, 400],
    ['a key too long', { payload: '{"name":"x"}', headers: { 'idempotency-key': 'x'.repeat(256) } }, 400],
  ])(
    'is refused when it has %s',
    async (_what, { payload, headers = {} }: { payload: string | Buffer; headers?: object }, status) => {
      const before = await everything(api);
      const json = { 'content-type': 'application/json', authorization: `Bearer ${ownerToken}` };
      const url = '/accounts';
      const answer = await api.config.server.inject({ method: 'POST', url, headers: { ...json, ...headers }, payload });
      expect(answer.statusCode).toBe(status);
      expect(await everything(api)).toBe(before);
    },
  );

  it('is refused when it asks for something else than the application of its change', async () => {
    const before = await everything(api);
    for (const wait of ['', 'Applied', 'x%0d%0aSet-Cookie:evil', 'applied&wait=applied']) {
      const answer = await api.call('DELETE', `/agents/${world.agent}?wait=${wait}`);
      expect([wait, answer.status, pointedAt(answer.body)]).toEqual([wait, 400, ['wait']]);
    }
    expect(await everything(api)).toBe(before);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { agentSchema } from './agent.ts';
import { trunkSchema } from './trunk.ts';
import { usualShape } from './usual-shape.ts';

const id = '01HZZZZZZZZZZZZZZZZZZZ0001';
const number = {
  id,
  number: '+4930123',
  name: null,
  e164_check_enabled: false,
  agent: null,
  created_at: 1,
  updated_at: 2,
};
const gateway = { id, host: 'sip.example.com', port: 5060, priority: 1, weight: 0, created_at: 1 };
const trunk = {
  ...{ id, account: id, name: 'one', provider: 'custom', description: null, direction: 'both', transport: 'udp' },
  auth: { kind: 'userpass', username: 'alice', password: 'v1.YQ.Yg.Yw' },
  ...{ registration: 'none', gateways: [gateway], acl: ['192.0.2.0/24'], force_rport: true },
  media: { codecs: ['PCMA'], encryption: 'no', symmetric_rtp: true, direct_media: false, ice: false, recording: true },
  ...{ number_format: { style: '+e164', country: 'DE' }, qualify: { interval_s: 0 } },
  ...{ limits: { channels: null, calls_per_second: 1.5 }, numbers: [number, number], is_active: true },
  ...{ expires_at: null, created_at: 1, updated_at: 2, fixed_address: true },
  registering: { expires_s: 60, retry_s: 1, contact_user: 'desk' },
};
const agent = {
  ...{ id, account: id, name: 'one', uri: 'sip:a@b', auth: { username: 'abc', password: 'v1.YQ.Yg.Yw' } },
  ...{ acl: ['10.0.0.0/8'], is_active: true, created_at: 1, updated_at: 2 },
};

type Path = readonly (string | number)[];

function paths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...path, key]))];
}

const absent = Symbol('absent');

/** The value with something else at the path. */
function replaced(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  const copy: Record<string | number, unknown> = Array.isArray(value)
    ? ([...value] as unknown as Record<number, unknown>)
    : { ...(value as object) };
  const inner = replaced(copy[key], rest, other);
  if (inner === absent) delete copy[key];
  else copy[key] = inner;
  return copy;
}

/** What a place may be given: right, nearly right and wrong for one kind of field or another. */
const others = fc.oneof(
  fc.constantFrom<unknown>(
    ...[absent, undefined, null, true, 0, 1, -1, 1.5, 65_535, 65_536, 2 ** 53, Number.NaN, [], {}, [null], '', 'DE'],
    ...[id, id.toLowerCase(), `${id}0`, 'tls', 'none', 'ip', 'v1.a.b.c', '10.0.0.0/33', '2001:db8::/32', 'PCMU'],
    ...['x'.repeat(40), 'x'.repeat(41), 'x'.repeat(253), 'x'.repeat(255), 'x'.repeat(256), { kind: 'ip' }],
  ),
  fc.jsonValue(),
);

describe.each([
  ['a trunk', trunkSchema as z.ZodType, trunk],
  ['an agent', agentSchema as z.ZodType, agent],
])('the usual shape of %s', (_what, schema, sample) => {
  const isUsual = usualShape(schema);
  const places = paths(sample);

  it('takes a usual one', () => {
    expect(schema.safeParse(sample).success).toBe(true);
    expect(isUsual(sample)).toBe(true);
  });

  it('takes nothing that the schema refuses or changes', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...places), others), { minLength: 1, maxLength: 2 }), (changes) => {
        let value: unknown = sample;
        for (const [path, other] of changes) {
          try {
            value = replaced(value, path, other);
          } catch {
            // The place is gone with a change before.
          }
        }
        if (!isUsual(value)) return;
        taken += 1;
        const read = schema.safeParse(value);
        expect(read.success).toBe(true);
        expect(read.data).toStrictEqual(value);
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it('does not take a field that the schema does not know, at any depth', () => {
    for (const path of places) {
      const object = path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], sample);
      if (typeof object !== 'object' || object === null || Array.isArray(object)) continue;
      expect(isUsual(replaced(sample, [...path, 'another'], 1))).toBe(false);
    }
  });
});

describe('a schema that says more than its kind', () => {
  it.each([
    ['a condition in code', z.strictObject({ a: z.string().refine((text) => text !== 'x') })],
    ['a change', z.strictObject({ a: z.string().transform((text) => `${text}!`) })],
    ['a change of case', z.strictObject({ a: z.string().toLowerCase() })],
    ['a default', z.strictObject({ a: z.string().default('x') })],
    ['a format decided by code', z.strictObject({ a: z.cidrv6() })],
    ['other fields, which are taken away', z.object({ a: z.string() })],
    ['other fields, which are kept', z.looseObject({ a: z.string() })],
    ['a pattern with a memory', z.strictObject({ a: z.string().regex(/x/g) })],
    ['a condition on a list', z.strictObject({ a: z.array(z.string()).refine((list) => list.length !== 1) })],
    ['a condition on the whole', z.strictObject({ a: z.string() }).refine(({ a }) => a === 'y')],
    ['a kind that is not known here', z.strictObject({ a: z.any() })],
    ['a number of another format', z.strictObject({ a: z.int32() })],
  ])('has no usual shape: %s', (_what, schema) => {
    const isUsual = usualShape(schema);
    for (const a of ['x', '2001:db8::/32', 1, 'X', ['x']]) expect(isUsual({ a })).toBe(false);
  });
});

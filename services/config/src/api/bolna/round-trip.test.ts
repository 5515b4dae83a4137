import type { AccountId, GatewayId, TrunkId } from '@trunkline/contracts/ids';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Instant } from '@trunkline/contracts/time';
import { type Trunk, trunkSchema } from '@trunkline/contracts/trunk';
import { countingIds } from '@trunkline/testkit/counting-ids';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankTrunk } from './blank-trunk.ts';
import { fromTrunk } from './from-trunk.ts';
import { merge } from './merge.ts';
import { type ToTrunkParts, toTrunk } from './to-trunk.ts';
import { patchTrunkSchema, type TrunkSettings } from './trunk-body.ts';

const ids = countingIds();
const now = 1_800_000_000_000 as Instant;
const password = 'v1.a.b.c' as Sealed;
const base = () => blankTrunk(ids.ulid() as TrunkId, ids.ulid() as AccountId, now);
const parts = (more: Partial<ToTrunkParts> = {}): ToTrunkParts => ({
  base: base(),
  password,
  now,
  newGatewayId: () => ids.ulid() as GatewayId,
  ...more,
});

const text = fc.stringMatching(/^[A-Za-z0-9 .<>_-]{0,30}[A-Za-z0-9]$/);
const gateway = fc.record({
  gateway_address: fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().filter((address) => !address.includes('%')),
  ),
  port: fc.integer({ min: 1, max: 65_535 }),
  priority: fc.integer({ min: 0, max: 65_535 }),
});
const source = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 8, max: 32 })).map(([address, length]) => `${address}/${length}`),
  fc.ipV4(),
  fc.constantFrom('2001:db8::/32', '2001:DB8::1'),
);
const settingsArbitrary: fc.Arbitrary<TrunkSettings> = fc
  .record({
    name: text,
    provider: text,
    description: fc.option(text),
    auth_type: fc.constantFrom('userpass' as const, 'ip-based' as const),
    auth_username: fc.option(fc.stringMatching(/^[a-z0-9<>@.-]{1,20}$/)),
    gateways: fc.uniqueArray(gateway, {
      minLength: 1,
      maxLength: 5,
      selector: ({ gateway_address, port }) => `${gateway_address.toLowerCase()} ${port}`,
    }),
    ip_identifiers: fc.array(
      source.map((ip_address) => ({ ip_address })),
      { maxLength: 5 },
    ),
    allow: fc.constantFrom('ulaw,alaw', 'alaw', 'g729, ULAW', 'all'),
    disallow: fc.constantFrom('all', '', 'g729'),
    transport: fc.constantFrom('transport-udp' as const, 'transport-tcp' as const, 'transport-tls' as const),
    direct_media: fc.boolean(),
    rtp_symmetric: fc.boolean(),
    force_rport: fc.boolean(),
    ice_support: fc.boolean(),
    media_encryption: fc.constantFrom('no' as const, 'sdes' as const),
    media_encryption_optimistic: fc.boolean(),
    qualify_frequency: fc.integer({ min: 0, max: 86_400 }),
    inbound_enabled: fc.boolean(),
    outbound_leading_plus_enabled: fc.boolean(),
    is_active: fc.boolean(),
  })
  // An ip-based trunk has no user name, and the dialect answers none.
  .map((settings) => (settings.auth_type === 'ip-based' ? { ...settings, auth_username: null } : settings));

describe('the dialect and the domain', () => {
  it('says of a trunk exactly what it was told, and the trunk keeps its contract', () => {
    let made = 0;
    fc.assert(
      fc.property(settingsArbitrary, (settings) => {
        const result = toTrunk(settings, parts());
        if (!result.ok) return;
        made += 1;
        trunkSchema.parse(result.value.trunk);
        expect(fromTrunk(result.value)).toEqual(settings);
      }),
      { numRuns: 500 },
    );
    expect(made).toBeGreaterThan(100);
  });

  it('changes nothing that a patch does not name', () => {
    fc.assert(
      fc.property(
        settingsArbitrary,
        settingsArbitrary,
        fc.subarray(Object.keys(patchTrunkSchema.shape)),
        (a, b, keys) => {
          const first = toTrunk(a, parts());
          if (!first.ok) return;
          const patch = Object.fromEntries(Object.entries(b).filter(([key]) => keys.includes(key)));
          const merged = merge(fromTrunk(first.value), patch);
          const auth_username = merged.auth_type === 'ip-based' ? null : merged.auth_username;
          const second = toTrunk(merged, parts({ base: first.value }));
          if (second.ok) expect(fromTrunk(second.value)).toEqual({ ...a, ...patch, auth_username });
        },
      ),
      { numRuns: 300 },
    );
  });

  const settings: TrunkSettings = {
    ...fromTrunk(base()),
    name: 'a',
    provider: 'b',
    auth_type: 'userpass',
    auth_username: 'alice',
    gateways: [{ gateway_address: 'a.example', port: 5060, priority: 1 }],
    allow: 'ulaw',
    disallow: 'all',
  };
  const trunkOf = (change: Partial<TrunkSettings>, more: Partial<ToTrunkParts> = {}): Trunk => {
    const result = toTrunk({ ...settings, ...change }, parts(more));
    if (!result.ok) throw new Error(result.fault.message);
    return result.value.trunk;
  };

  it.each<[Partial<TrunkSettings>, Partial<Trunk>]>([
    [{ inbound_enabled: true }, { direction: 'both' }],
    [{ inbound_enabled: false }, { direction: 'outbound' }],
    [{ outbound_leading_plus_enabled: true }, { number_format: { style: '+e164', country: null } }],
    [{ outbound_leading_plus_enabled: false }, { number_format: { style: 'e164', country: null } }],
    [{ qualify_frequency: 0 }, { qualify: { interval_s: 0 } }],
    [{ transport: 'transport-tcp' }, { transport: 'tcp' }],
    [{}, { registration: 'we-register', auth: { kind: 'userpass', username: 'alice', password } }],
    [
      { auth_type: 'ip-based', ip_identifiers: [{ ip_address: '192.0.2.1' }] },
      { registration: 'none', auth: { kind: 'ip' } },
    ],
  ])('reads %j as %j', (change, expected) => {
    expect(trunkOf(change)).toMatchObject(expected);
  });

  it.each([
    ['no', false, 'no'],
    ['no', true, 'no'],
    ['sdes', false, 'sdes'],
    ['sdes', true, 'sdes-optional'],
  ] as const)('reads media encryption %s, optimistic %s, as %s', (media_encryption, optimistic, encryption) => {
    const change = { media_encryption, media_encryption_optimistic: optimistic, transport: 'transport-tls' as const };
    expect(trunkOf(change).media.encryption).toBe(encryption);
  });

  it('keeps what the dialect cannot say', () => {
    const first = base();
    const trunk: Trunk = {
      ...trunkOf({}, { base: first }),
      direction: 'inbound',
      number_format: { style: 'national', country: 'DE' },
      limits: { channels: 5, calls_per_second: 2 },
      registration: 'they-register',
    };
    const weighted = trunk.gateways.map((gateway) => ({ ...gateway, weight: 7 }));
    const stored = { trunk: { ...trunk, gateways: weighted }, as_given: first.as_given };
    const again = toTrunk({ ...fromTrunk(stored), description: 'new' }, parts({ base: stored }));
    expect(again.ok && again.value.trunk).toEqual({ ...stored.trunk, description: 'new' });
  });

  it('leaves an echo aside that another dialect has made untrue', () => {
    const made = toTrunk({ ...settings, allow: 'g729,ulaw', ip_identifiers: [{ ip_address: '192.0.2.1' }] }, parts());
    if (!made.ok) throw new Error(made.fault.message);
    const { trunk, as_given } = made.value;
    expect(fromTrunk({ trunk, as_given }).allow).toBe('g729,ulaw');
    const media = { ...trunk.media, codecs: ['PCMA', 'PCMU'] as Trunk['media']['codecs'] };
    const changed = fromTrunk({ trunk: { ...trunk, media, acl: [] }, as_given });
    expect(changed).toMatchObject({ allow: 'alaw,ulaw', disallow: 'all', ip_identifiers: [] });
  });
});

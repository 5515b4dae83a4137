import type { Sealed } from '@trunkline/contracts/sealed';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planRegistrations, type RegistrationWanted } from './plan-registrations.ts';

const wanted = (change: Partial<RegistrationWanted> = {}): RegistrationWanted => ({
  username: 'alice',
  secret: 'v1.a' as Sealed,
  transport: 'udp',
  registrars: [
    { host: 'a.example', port: 5060 },
    { host: 'b.example', port: 5060 },
  ],
  fixed_address: false,
  registering: null,
  ...change,
});
const plan = (want: RegistrationWanted | undefined, have: RegistrationWanted | undefined) =>
  planRegistrations(
    new Map(want === undefined ? [] : [['k', want]]),
    new Map(have === undefined ? [] : [['k', have]]),
    () => 'removed',
  ).map(({ kind, ...rest }) => ('reason' in rest ? `${kind} ${rest.reason}` : kind));

it.each([
  ['new', wanted(), undefined, ['register']],
  ['gone', undefined, wanted(), ['leave removed']],
  ['the same', wanted(), wanted(), []],
  ['another password', wanted({ secret: 'v1.b' as Sealed }), wanted(), ['replace']],
  [
    'another registrar before',
    wanted({ registrars: [{ host: 'z', port: 1 }, ...wanted().registrars] }),
    wanted(),
    ['replace'],
  ],
  [
    'a registrar less',
    wanted({ registrars: [{ host: 'b.example', port: 5060 }] }),
    wanted(),
    ['leave changed', 'register'],
  ],
  [
    'another port',
    wanted({ registrars: [{ host: 'a.example', port: 5070 }] }),
    wanted(),
    ['leave changed', 'register'],
  ],
  ['another user', wanted({ username: 'bob' }), wanted(), ['leave changed', 'register']],
  [
    'another lifetime',
    wanted({ registering: { expires_s: 60, retry_s: 60, contact_user: null } }),
    wanted(),
    ['replace'],
  ],
  [
    'another Contact',
    wanted({ registering: { expires_s: 3_600, retry_s: 60, contact_user: 'office' } }),
    wanted({ registering: { expires_s: 3_600, retry_s: 60, contact_user: null } }),
    ['leave changed', 'register'],
  ],
  ['the fixed address', wanted({ fixed_address: true }), wanted(), ['leave changed', 'register']],
  ['another transport', wanted({ transport: 'tls' }), wanted(), ['leave changed', 'register']],
] as const)('%s', (_what, want, have, steps) => {
  expect(plan(want, have)).toEqual(steps);
});

it('property: what was carried out needs no second plan', () => {
  const specs = fc.record({
    username: fc.constantFrom('a', 'b'),
    secret: fc.constantFrom('x' as Sealed, 'y' as Sealed),
  });
  const maps = fc
    .dictionary(
      fc.constantFrom('1', '2', '3', '4'),
      specs.map((spec) => wanted(spec)),
    )
    .map((all) => new Map(Object.entries(all)));
  fc.assert(
    fc.property(maps, maps, (want, have) => {
      const held = new Map(have);
      for (const step of planRegistrations(want, have, () => 'removed')) {
        if (step.kind === 'leave') held.delete(step.key);
        else held.set(step.key, step.wanted);
      }
      expect(planRegistrations(want, held, () => 'removed')).toEqual([]);
      expect(new Set(held.keys())).toEqual(new Set(want.keys()));
    }),
  );
});

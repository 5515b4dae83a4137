import { registrationFailures } from '@trunkline/contracts/events/trunk-state';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { refreshDelay_ms, retryDelay_ms } from './registration-delays.ts';

const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const failure = { status: null, reason: '' } as const;

it('property: a retry always comes, within half an hour, and not before Retry-After', () => {
  const asked = fc.option(fc.nat(4_000));
  fc.assert(
    fc.property(
      fc.constantFrom(...registrationFailures),
      fc.integer({ min: 1, max: 10_000 }),
      asked,
      chances,
      (cause, failures, retry_after_s, lot) => {
        const delay_ms = retryDelay_ms(failures, { ...failure, cause, retry_after_s }, () => lot);
        expect(delay_ms).toBeGreaterThanOrEqual(Math.min((retry_after_s ?? 0) * 1_000, 3_600_000));
        expect(delay_ms).toBeLessThanOrEqual(
          Math.max(1_800_000, Math.min((retry_after_s ?? 0) * 1_000, 3_600_000) * 1.1 + 1),
        );
        expect(delay_ms).toBeGreaterThanOrEqual(1_000);
      },
    ),
  );
});

it.each([
  ['no-answer', 1, 2_000],
  ['no-answer', 4, 16_000],
  ['unreachable', 50, 300_000],
  ['credentials-refused', 1, 300_000],
  ['rejected', 9, 1_800_000],
] as const)('waits after %s, %i in a row, up to %i ms and at least half of it', (cause, failures, longest_ms) => {
  const delay = (lot: number) => retryDelay_ms(failures, { ...failure, cause, retry_after_s: null }, () => lot);
  expect(delay(0)).toBe(longest_ms);
  expect(delay(0.999)).toBeGreaterThanOrEqual(longest_ms / 2);
});

it('begins with the wait that the trunk asks for, however long', () => {
  const first = (first_s: number) =>
    retryDelay_ms(1, { ...failure, cause: 'no-answer', retry_after_s: null }, () => 0, first_s);
  expect([first(5), first(60), first(7_200)]).toEqual([5_000, 60_000, 7_200_000]);
});

it('property: a refresh comes before the end, with time for a second try', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 86_400 }), chances, (granted_s, lot) => {
      const delay_ms = refreshDelay_ms(granted_s, false, () => lot);
      expect(delay_ms).toBeLessThanOrEqual(granted_s * 900);
      expect(delay_ms).toBeGreaterThanOrEqual(granted_s * 750);
      const first_ms = refreshDelay_ms(granted_s, true, () => lot);
      expect(first_ms).toBeLessThanOrEqual(Math.max(granted_s * 900, 1_000));
      expect(first_ms).toBeGreaterThanOrEqual(Math.min(granted_s * 400, 1_000));
    }),
  );
});

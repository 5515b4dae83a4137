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

it('property: a refresh comes before the end, with time for a second try', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 86_400 }), chances, (granted_s, lot) => {
      const delay_ms = refreshDelay_ms(granted_s, () => lot);
      expect(delay_ms).toBeLessThanOrEqual(granted_s * 900);
      expect(delay_ms).toBeGreaterThanOrEqual(Math.min(granted_s * 750, granted_s * 1_000));
    }),
  );
});

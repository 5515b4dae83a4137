import { describe, expect, it } from 'vitest';
import { checkLimits, rateWindow } from './limits.ts';

describe('limits', () => {
  it.each([
    [null, null, 1_000_000, 1_000_000, null],
    [2, null, 1, 99, null],
    [2, null, 2, 0, 'channel-limit'],
    [2, null, 3, 0, 'channel-limit'],
    [null, 5, 99, 4, null],
    [null, 5, 99, 5, 'rate-limit'],
    [2, 5, 2, 5, 'channel-limit'],
    [null, 0.5, 0, 0, null],
    [null, 0.5, 0, 1, 'rate-limit'],
  ])(
    'of %s channels and %s calls per second at %i calls, %i recent: %s',
    (channels, calls_per_second, up, recent, cause) => {
      expect(checkLimits({ channels, calls_per_second }, { channels: up, recent })).toBe(cause);
    },
  );

  it.each([
    [1, 1, 1_000],
    [2.5, 2, 800],
    [0.1, 1, 10_000],
    [50, 50, 1_000],
  ])('%f calls per second are %i in %i ms', (rate, calls, window_ms) => {
    expect(rateWindow(rate)).toEqual({ calls, window_ms });
  });
});

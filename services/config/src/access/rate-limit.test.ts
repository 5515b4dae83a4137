import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import { createRateLimit } from './rate-limit.ts';

describe('a rate limit', () => {
  it('lets a burst pass, then the rate, and says how long to wait', () => {
    const clock = createFakeClock();
    const limit = createRateLimit({ clock, per_s: 2, burst: 3 });
    const take = (times: number) => Array.from({ length: times }, () => limit.take('a'));
    expect(take(4)).toEqual([undefined, undefined, undefined, 1]);
    expect(limit.take('b')).toBeUndefined();
    clock.advance(500);
    expect(take(2)).toEqual([undefined, 1]);
    clock.advance(60_000);
    expect(take(4)).toEqual([undefined, undefined, undefined, 1]);
  });

  it('rounds the wait up to whole seconds', () => {
    const limit = createRateLimit({ clock: createFakeClock(), per_s: 0.25, burst: 1 });
    expect([limit.take('a'), limit.take('a')]).toEqual([undefined, 4]);
  });
});

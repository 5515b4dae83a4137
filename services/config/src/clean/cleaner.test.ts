import type { Instant } from '@trunkline/contracts/time';
import { silentLogger } from '@trunkline/runtime/logger';
import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import { createCleaner } from './cleaner.ts';

describe('cleaning', () => {
  it('goes on until nothing is left, at the start and every hour, whatever fails', async () => {
    const clock = createFakeClock();
    const left = [1_000, 1_000, 7, 0, 3];
    const asked: { what: string; before: number }[] = [];
    let away = false;
    let commits = 0;
    const cleaner = createCleaner({
      store: {
        async forgetTokens(before: Instant) {
          if (away) throw new Error('away');
          asked.push({ what: 'tokens', before: clock.now() - before });
          return left.shift() ?? 0;
        },
        async forgetExecutions(before: Instant) {
          asked.push({ what: 'executions', before: clock.now() - before });
          return 0;
        },
      },
      clock,
      logger: silentLogger,
      committed: () => {
        commits += 1;
      },
    });
    cleaner.start();
    await clock.settle();
    expect(asked.map(({ what }) => what)).toEqual(['tokens', 'tokens', 'tokens', 'executions']);
    expect(new Set(asked.map(({ before }) => before / 86_400_000))).toEqual(new Set([1, 30]));
    expect(commits).toBe(3);
    away = true;
    await clock.advanceAsync(3_600_000);
    expect(asked).toHaveLength(4);
    away = false;
    await clock.advanceAsync(3_600_000);
    expect(asked).toHaveLength(6);
    await cleaner.stop();
    expect(clock.pending()).toEqual([]);
  });
});

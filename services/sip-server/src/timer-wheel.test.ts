import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import { createTimerWheel } from './timer-wheel.ts';

function world() {
  const clock = createFakeClock();
  const start = clock.now();
  const wheel = createTimerWheel(clock);
  const fired: [string, number][] = [];
  const set = (name: string, delay_ms: number) =>
    wheel.after(delay_ms, () => void fired.push([name, clock.now() - start]));
  return { clock, wheel, fired, set };
}

describe('a clock with one timer for all', () => {
  it.each([0, 1, 19, 20, 25, 500, 4_000, 10_239, 10_240, 10_250, 32_000, 600_000])(
    'fires after %s ms, once, not early and at most 20 ms late',
    (delay_ms) => {
      const { clock, wheel, fired, set } = world();
      clock.advance(3);
      set('a', delay_ms);
      expect(wheel.timers).toBe(1);
      clock.advance(delay_ms + 40);
      const [[, at] = ['', 0]] = fired;
      expect(at - 3).toBeGreaterThanOrEqual(delay_ms);
      expect(at - 3).toBeLessThanOrEqual(delay_ms + 20);
      expect([fired.length, wheel.timers, clock.pending()]).toEqual([1, 0, []]);
    },
  );

  it('never fires what was cancelled, and stops when nothing is left', () => {
    const { clock, wheel, fired, set } = world();
    const [one, two, three] = [set('1', 100), set('2', 100), set('3', 5)];
    one.cancel();
    one.cancel();
    three.cancel();
    expect(wheel.timers).toBe(1);
    two.cancel();
    clock.advance(200);
    expect([fired, wheel.timers, clock.pending()]).toEqual([[], 0, []]);
    set('4', 100);
    clock.advance(120);
    expect(fired.map(([name]) => name)).toEqual(['4']);
  });

  it('lets a timer cancel another of the same moment, and set new ones', () => {
    const { clock, wheel, fired, set } = world();
    const state: { other?: { cancel(): void } } = {};
    wheel.after(100, () => {
      state.other?.cancel();
      set('new', 50);
    });
    state.other = set('other', 100);
    clock.advance(300);
    expect(fired.map(([name]) => name)).toEqual(['new']);
    expect(wheel.timers).toBe(0);
  });

  it('keeps the order of what is due, also after a pause', () => {
    let now = 1_000_000;
    const waiting: (() => void)[] = [];
    const slow = createTimerWheel({
      now: () => now as ReturnType<ReturnType<typeof createFakeClock>['now']>,
      after: (_delay_ms, run) => {
        waiting.push(run);
        return { cancel: () => {} };
      },
    });
    const fired: number[] = [];
    for (const delay_ms of [9_000, 30, 25_000, 400]) slow.after(delay_ms, () => void fired.push(delay_ms));
    now += 26_000;
    for (const run of waiting.splice(0)) run();
    expect([fired, slow.timers, waiting.length]).toEqual([[30, 400, 9_000, 25_000], 0, 0]);
  });
});

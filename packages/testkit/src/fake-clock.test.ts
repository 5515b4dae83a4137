import { describe, expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.ts';

describe('the fake clock', () => {
  it('runs timers in the order they fall due, each at its time', () => {
    const clock = createFakeClock(1_000);
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name}@${clock.now()}`);
    clock.after(30, note('c'));
    clock.after(10, note('a'));
    clock.after(10, note('b'));
    clock.after(10, () => clock.after(5, note('inner')));
    clock.after(31, note('late'));
    clock.advance(30);
    expect(ran).toEqual(['a@1010', 'b@1010', 'inner@1015', 'c@1030']);
    expect(clock.pending()).toEqual([{ due_at: 1_031, due_in_ms: 1 }]);
  });
  it('does not run a cancelled timer, also when another cancels it at the same time', () => {
    const clock = createFakeClock();
    const ran: string[] = [];
    const later = { cancel: () => {} };
    clock.after(10, () => later.cancel());
    Object.assign(
      later,
      clock.after(10, () => void ran.push('cancelled')),
    );
    clock.after(5, () => void ran.push('kept')).cancel();
    clock.advance(100);
    expect(ran).toEqual([]);
    expect(clock.pending()).toEqual([]);
  });
  it('lets promises settle between timers', async () => {
    const clock = createFakeClock();
    const ran: number[] = [];
    const loop = async (): Promise<void> => {
      for (let n = 0; n < 3; n++) {
        await new Promise<void>((resolve) => void clock.after(10, resolve));
        await null;
        ran.push(clock.now());
      }
    };
    const start = clock.now();
    void loop();
    await clock.advanceAsync(30);
    expect(ran).toEqual([start + 10, start + 20, start + 30]);
  });
  it('stops a timer that sets itself again without delay', () => {
    const clock = createFakeClock();
    const again = (): void => void clock.after(0, again);
    again();
    expect(() => clock.advance(1)).toThrow(/without delay/);
  });
});

import { describe, expect, it } from 'vitest';
import { ADMIT_ALL, type Admission, type Load, nextAdmission } from './admission.ts';

const CALM: Load = {
  application_delay_ms: 2,
  waiting_bytes: 0,
  loop_delay_ms: 1,
  backlog_ms: 0,
  admitted: 100,
  asked: 100,
  reached: 100,
};

describe('how many new INVITEs the next interval may bring', () => {
  const state = (
    allowance: number | undefined,
    carried = 100,
    patience = allowance === undefined ? 1 : 0,
  ): Admission => {
    return { allowance, carried, patience };
  };

  it.each<[string, Admission, Partial<Load>, Admission]>([
    ['all of them while it is calm', state(undefined), {}, state(undefined)],
    ['all of them between calm and too much', state(undefined), { application_delay_ms: 199 }, state(undefined)],
    [
      'all of them in a pause of the machine',
      state(undefined),
      { application_delay_ms: 300 },
      state(undefined, 100, 0),
    ],
    ['all of them when the pause is over', state(undefined, 100, 0), {}, state(undefined)],
    [
      'as many less than are carried as the queue is long',
      state(undefined, 100, 0),
      { application_delay_ms: 200 },
      state(85),
    ],
    ['less with a longer queue', state(85), { application_delay_ms: 480 }, state(50)],
    ['some, however long it is', state(50), { application_delay_ms: 9_000 }, state(10)],
    ['never none', state(1, 2), { application_delay_ms: 9_000, reached: 0 }, state(1, 1.6)],
    ['fewer, too, when it does not read', state(undefined, 100, 0), { waiting_bytes: 1_048_576 }, state(85)],
    ['as many as before while the queue is not gone', state(50), { application_delay_ms: 81 }, state(50)],
    ['as many as before while our own queue is not gone', state(50), { backlog_ms: 81 }, state(50)],
    ['as many as before after a pause of ours', state(50), { loop_delay_ms: 81 }, state(50)],
    ['what is carried when it is calm again', state(50), { asked: 300 }, state(95)],
    ['and a little more each time', state(100), { asked: 300, application_delay_ms: 30 }, state(105.5)],
    ['and a little more while there is a queue of ours', state(100), { asked: 300, backlog_ms: 30 }, state(105.5)],
    ['and more when there is no queue at all', state(100), { asked: 300 }, state(125.5)],
    ['all when fewer ask than may', state(100), { asked: 79 }, state(undefined)],
  ])('%s', (_name, before, change, after) => {
    const result = nextAdmission(before, { ...CALM, ...change });
    expect(result.allowance?.toFixed(6)).toBe(after.allowance?.toFixed(6));
    expect(result.carried).toBeCloseTo(after.carried, 6);
    expect(result.patience).toBe(after.patience);
  });

  it('learns what is carried from an application with a queue, and from one without only that it is more', () => {
    const carried = (before: number, reached: number, application_delay_ms: number): number =>
      nextAdmission(state(undefined, before), { ...CALM, reached, application_delay_ms }).carried;
    expect(carried(0, 40, 2)).toBe(40);
    expect(carried(100, 40, 2)).toBe(100);
    expect(carried(100, 200, 2)).toBe(120);
    expect(carried(100, 40, 100)).toBe(88);
  });

  /** An application that carries so many in an interval, and answers the oldest first. */
  function overload({ intervals, carries }: { readonly intervals: number; readonly carries: (at: number) => number }) {
    const asked = 120;
    let admission = ADMIT_ALL;
    let queue = 0;
    const done: number[] = [];
    const delays: number[] = [];
    for (let at = 0; at < intervals; at += 1) {
      const admitted = Math.min(asked, Math.floor(admission.allowance ?? asked));
      const ready = queue + admitted;
      const reached = Math.min(ready, carries(at));
      done.push(reached);
      queue = ready - reached;
      const application_delay_ms = (queue / carries(at)) * 100;
      delays.push(application_delay_ms);
      admission = nextAdmission(admission, { ...CALM, application_delay_ms, admitted, asked, reached });
    }
    return { done, delays };
  }
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

  it('settles near what an application can carry, whatever is asked, and keeps its queue shorter than T1', () => {
    const { done, delays } = overload({ intervals: 600, carries: () => 40 });
    expect(sum(done) / (40 * 600)).toBeGreaterThan(0.97);
    expect(Math.max(...delays)).toBeLessThan(500);
  });

  it('follows an application that is held up for two seconds, and is back within one more', () => {
    const carries = (at: number): number => (at >= 100 && at < 120 ? 2 : 40);
    const { done } = overload({ intervals: 200, carries });
    expect(sum(done.slice(130)) / (40 * 70)).toBeGreaterThan(0.9);
  });

  it('follows an application that gets slower, and one that gets faster', () => {
    const { done, delays } = overload({ intervals: 300, carries: (at) => (at < 100 ? 80 : at < 200 ? 20 : 60) });
    expect(sum(done.slice(100, 200)) / (20 * 100)).toBeGreaterThan(0.97);
    expect(sum(done.slice(230)) / (60 * 70)).toBeGreaterThan(0.9);
    expect(Math.max(...delays.slice(120, 200))).toBeLessThan(500);
  });
});

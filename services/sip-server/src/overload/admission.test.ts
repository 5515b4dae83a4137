import { describe, expect, it } from 'vitest';
import { ADMIT_ALL, type Admission, type Load, nextAdmission, pressureOf } from './admission.ts';

const CALM: Load = {
  application_delay_ms: 2,
  waiting_bytes: 0,
  loop_delay_ms: 1,
  backlog_ms: 0,
  admitted: 40,
  asked: 40,
  reached: 40,
};

describe('what an interval was like', () => {
  it.each([
    ['calm', {}],
    ['calm', { application_delay_ms: 80 }],
    ['steady', { application_delay_ms: 81 }],
    ['high', { application_delay_ms: 200 }],
    ['high', { application_delay_ms: 250, backlog_ms: 100 }],
    ['severe', { application_delay_ms: 400 }],
    ['steady', { waiting_bytes: 200_000 }],
    ['high', { waiting_bytes: 1_048_576 }],
    ['severe', { waiting_bytes: 2_097_152 }],
    ['steady', { loop_delay_ms: 200 }],
    ['high', { loop_delay_ms: 400 }],
    ['severe', { loop_delay_ms: 800 }],
    ['calm', { backlog_ms: 80 }],
    ['steady', { backlog_ms: 81 }],
    ['high', { backlog_ms: 200 }],
    ['severe', { backlog_ms: 400 }],
  ] as const)('%s: %o', (pressure, change) => {
    expect(pressureOf({ ...CALM, ...change })).toBe(pressure);
  });
});

describe('how many new INVITEs the next interval may bring', () => {
  const state = (allowance: number | undefined, hold = 0, carried = 40, ceiling = 0): Admission => {
    return { allowance, hold, carried, ceiling };
  };
  const high = { backlog_ms: 200 };
  const severe = { backlog_ms: 400 };

  it.each<[string, Admission, Partial<Load>, Admission]>([
    ['all of them while it is calm', state(undefined, 3), {}, state(undefined, 3)],
    ['all of them between calm and too much', state(undefined, 3), { loop_delay_ms: 200 }, state(undefined, 3)],
    ['all of them in a pause of the machine', state(undefined, 3), high, state(undefined, 2)],
    ['all of them when the pause is over', state(undefined, 1), {}, state(undefined, 3)],
    ['a fifth less than was carried, when it stays too much', state(undefined), high, state(32, 3, 40, 40)],
    ['of what was carried, not of what came', state(undefined), { ...high, admitted: 400 }, state(32, 3, 40, 40)],
    ['as many while the cut has not shown yet', state(30, 3), high, state(30, 2)],
    ['a fifth less again', state(30), high, state(24, 3, 40, 30)],
    ['half when it is far too much', state(30), severe, state(15, 3, 40, 30)],
    ['never none', state(1), severe, state(1, 3, 40, 1)],
    ['as many as before in between', state(20, 2), { loop_delay_ms: 200, asked: 80 }, state(20)],
    ['a little more near what was too much', state(100, 2, 40, 100), { asked: 200 }, state(105.5, 0, 40, 100)],
    ['more well below what was too much', state(40, 2, 40, 100), { asked: 200 }, state(50.5, 0, 40, 100)],
    ['more when that has turned out not to be', state(130, 2, 40, 100), { asked: 200 }, state(163, 0, 40, 100)],
    ['all when fewer ask than may', state(100), { asked: 79 }, state(undefined, 3)],
  ])('%s', (_name, before, change, after) => {
    const result = nextAdmission(before, { ...CALM, ...change });
    expect({ ...result, allowance: result.allowance?.toFixed(6) }).toEqual({
      ...after,
      allowance: after.allowance?.toFixed(6),
    });
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
    expect(sum(done) / (40 * 600)).toBeGreaterThan(0.93);
    expect(Math.max(...delays.slice(50))).toBeLessThan(500);
  });

  it('follows an application that is held up for two seconds, and is back within two more', () => {
    const carries = (at: number): number => (at >= 100 && at < 120 ? 2 : 40);
    const { done } = overload({ intervals: 200, carries });
    expect(sum(done.slice(140)) / (40 * 60)).toBeGreaterThan(0.85);
  });
});

import { describe, expect, it } from 'vitest';
import { ADMIT_ALL, type Admission, type Load, nextAdmission, pressureOf } from './admission.ts';

const CALM: Load = {
  application_delay_ms: 2,
  waiting_bytes: 0,
  loop_delay_ms: 1,
  loop_use: 0.4,
  admitted: 40,
  asked: 40,
};

describe('what an interval was like', () => {
  it.each([
    ['calm', {}],
    ['calm', { application_delay_ms: 100 }],
    ['steady', { application_delay_ms: 101 }],
    ['high', { application_delay_ms: 250 }],
    ['high', { application_delay_ms: 300, loop_use: 0.95 }],
    ['severe', { application_delay_ms: 500 }],
    ['steady', { waiting_bytes: 200_000 }],
    ['high', { waiting_bytes: 1_048_576 }],
    ['severe', { waiting_bytes: 2_097_152 }],
    ['high', { loop_delay_ms: 250 }],
    ['severe', { loop_delay_ms: 500 }],
    ['steady', { loop_use: 0.95 }],
    ['high', { loop_use: 0.99 }],
    ['high', { loop_use: 1 }],
  ] as const)('%s: %o', (pressure, change) => {
    expect(pressureOf({ ...CALM, ...change })).toBe(pressure);
  });
});

describe('how many new INVITEs the next interval may admit', () => {
  const limited = (allowance: number, hold = 0): Admission => ({ allowance, hold });
  const open = (hold: number): Admission => ({ allowance: undefined, hold });
  const high = { loop_delay_ms: 250 };

  it.each<[string, Admission, Partial<Load>, Admission]>([
    ['all of them while it is calm', ADMIT_ALL, {}, ADMIT_ALL],
    ['all of them between calm and too much', ADMIT_ALL, { loop_delay_ms: 150 }, ADMIT_ALL],
    ['all of them in a pause of the machine', ADMIT_ALL, high, open(2)],
    ['all of them when the pause is over', open(1), {}, ADMIT_ALL],
    ['a quarter less than came when it stays too much', open(0), high, limited(30, 3)],
    ['as many while the cut has not shown yet', limited(30, 3), high, limited(30, 2)],
    ['a quarter less again', limited(32), { ...high, admitted: 32 }, limited(24, 3)],
    ['half when it is far too much', limited(36), { loop_delay_ms: 500, admitted: 36 }, limited(18, 3)],
    ['less than what came, not than what might have', limited(1_000), { ...high, admitted: 12 }, limited(9, 3)],
    ['never none', limited(1), { loop_delay_ms: 500, admitted: 0 }, limited(1, 3)],
    ['as many as before in between', limited(20, 2), { loop_delay_ms: 150, asked: 80, admitted: 20 }, limited(20)],
    ['some more when it is calm again', limited(100, 2), { asked: 200, admitted: 100 }, limited(105.5)],
    ['half an INVITE more of few', limited(1), { asked: 200, admitted: 1 }, limited(1.55)],
    ['all when fewer ask than may', limited(100), { asked: 79, admitted: 79 }, ADMIT_ALL],
  ])('%s', (_name, before, change, after) => {
    const result = nextAdmission(before, { ...CALM, ...change });
    expect(result.hold).toBe(after.hold);
    if (after.allowance === undefined) expect(result.allowance).toBeUndefined();
    else expect(result.allowance).toBeCloseTo(after.allowance, 6);
  });

  it('settles near what an application can carry, whatever is asked', () => {
    const carried = 40;
    const asked = 80;
    const intervals = 600;
    let admission = ADMIT_ALL;
    let queue = 0;
    let done = 0;
    for (let interval = 0; interval < intervals; interval += 1) {
      const admitted = Math.min(asked, Math.floor(admission.allowance ?? asked));
      const ready = queue + admitted;
      const answered = Math.min(ready, carried);
      done += answered;
      queue = ready - answered;
      const application_delay_ms = (queue / carried) * 100;
      admission = nextAdmission(admission, { ...CALM, application_delay_ms, admitted, asked });
      expect(application_delay_ms).toBeLessThan(1_200);
    }
    expect(done / (carried * intervals)).toBeGreaterThan(0.9);
  });
});

import { expect, it } from 'vitest';
import { afterPing, newNodeHealth } from './node-health.ts';

const after = (...answers: boolean[]) => answers.reduce(afterPing, newNodeHealth).isUp;

it('is down after three pings in a row without an answer, and up after two with one', () => {
  expect(after(false, false)).toBe(true);
  expect(after(false, false, true, false, false)).toBe(true);
  expect(after(false, false, false)).toBe(false);
  expect(after(false, false, false, true)).toBe(false);
  expect(after(false, false, false, true, false, true)).toBe(false);
  expect(after(false, false, false, true, true)).toBe(true);
});

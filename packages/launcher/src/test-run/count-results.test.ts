import { expect, it } from 'vitest';
import { addCounts, countResults, noCounts, oneFault } from './count-results.ts';

const report = (more: object): string =>
  JSON.stringify({ success: true, numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [], ...more });
const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((one) => ({ status: one })),
});

it('counts what the report counts', () => {
  const text = report({
    numPassedTests: 5,
    numFailedTests: 2,
    numPendingTests: 1,
    testResults: [file('failed', 'failed')],
  });
  expect(countResults('unit', text, 1)).toEqual({ passed: 5, failed: 2, skipped: 1, faults: [] });
});

it('counts a file that could not be loaded as a failure', () => {
  const text = report({ numPassedTests: 5, testResults: [file('failed')] });
  expect(countResults('unit', text, 1)).toMatchObject({ failed: 1, faults: ['a.test.ts failed outside its tests'] });
});

it('counts a run that fails in a way that its report does not show', () => {
  expect(countResults('wire', report({ numPassedTests: 3 }), 1)).toMatchObject({ passed: 3, failed: 1 });
  expect(countResults('wire', report({ numPassedTests: 3 }), undefined)).toMatchObject({ passed: 3, failed: 1 });
});

it('takes a ring without tests for one without failures, and no report after a failure for a failure', () => {
  expect(countResults('scenarios', undefined, 0)).toEqual(noCounts);
  expect(countResults('scenarios', undefined, 1).failed).toBe(1);
  expect(countResults('scenarios', '{', 0).failed).toBe(1);
  expect(countResults('scenarios', '{}', 0).failed).toBe(1);
});

it('adds up', () => {
  const one = { passed: 1, failed: 2, skipped: 3, faults: ['a'] };
  expect(addCounts(one, oneFault('b'))).toEqual({ passed: 1, failed: 3, skipped: 3, faults: ['a', 'b'] });
});

import { z } from 'zod';

/** The part of vitest's JSON report that is counted. */
const reportSchema = z.object({
  success: z.boolean(),
  numPassedTests: z.number().int(),
  numFailedTests: z.number().int(),
  numPendingTests: z.number().int(),
  testResults: z.array(
    z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
});

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed without being a test: `services/x.test.ts could not be loaded`. */
  readonly faults: readonly string[];
}

export const noCounts: Counts = { passed: 0, failed: 0, skipped: 0, faults: [] };

export function addCounts(one: Counts, other: Counts): Counts {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    faults: [...one.faults, ...other.faults],
  };
}

export function oneFault(fault: string): Counts {
  return { ...noCounts, failed: 1, faults: [fault] };
}

/**
 * Counts of one ring from vitest's report and exit code. A file that failed without a failed test (it could not be loaded, a
 * hook threw) is one failure, and so is a run that failed in a way that the report does not show.
 */
export function countResults(ring: string, reportText: string | undefined, exitCode: number | undefined): Counts {
  if (reportText === undefined) {
    // Vitest writes no report when there is nothing to run.
    return exitCode === 0 ? noCounts : oneFault(`the ${ring} ring did not report`);
  }
  let json: unknown;
  try {
    json = JSON.parse(reportText);
  } catch {
    return oneFault(`the report of the ${ring} ring is not JSON`);
  }
  const parsed = reportSchema.safeParse(json);
  if (!parsed.success) return oneFault(`the report of the ${ring} ring is not what vitest writes`);
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = parsed.data;
  const broken = testResults
    .filter(
      ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
    )
    .map(({ name }) => `${name} failed outside its tests`);
  const failed = numFailedTests + broken.length;
  const hidden = failed === 0 && exitCode !== 0 ? [`the ${ring} ring ended with code ${exitCode}`] : [];
  return {
    passed: numPassedTests,
    failed: failed + hidden.length,
    skipped: numPendingTests,
    faults: [...broken, ...hidden],
  };
}

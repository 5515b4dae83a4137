import type { Execution, ExecutionStatus } from './execution.ts';

const minute_ms = 60_000;

/** Pure: how long after a try that ended with `status` the next one is due; null when there is none. */
export function retryDelay_ms({ retry, retries }: Execution, status: ExecutionStatus): number | null {
  if (retry === null || !retry.enabled || retries.length >= retry.max_retries) return null;
  if (!retry.retry_on_statuses.some((one) => one === status)) return null;
  const { retry_intervals_minutes: intervals } = retry;
  return (intervals[retries.length] ?? intervals.at(-1) ?? 1) * minute_ms;
}

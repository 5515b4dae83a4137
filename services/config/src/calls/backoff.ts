const first_ms = 1_000;
const longest_ms = 30_000;

/** How long to wait for room after so many waits. */
export function backoff_ms(waits: number): number {
  return Math.min(first_ms * 2 ** Math.min(waits, 10), longest_ms);
}

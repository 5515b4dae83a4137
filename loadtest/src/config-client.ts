/** The config API with one token, and a watch. */
export interface ConfigClient {
  /** Rejects for an answer that is not among `statuses` (any 2xx when none are given). */
  call(method: string, path: string, body?: unknown, statuses?: readonly number[]): Promise<unknown>;
  /** Milliseconds that the work took. */
  timed(work: () => Promise<unknown>): Promise<number>;
}

const requestDeadline_ms = 60_000;

export function configClient(url: string, token: string): ConfigClient {
  return {
    async call(method, path, body, statuses) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(requestDeadline_ms),
      });
      const text = await response.text();
      const expected = statuses === undefined ? response.ok : statuses.includes(response.status);
      if (!expected) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
      return JSON.parse(text) as unknown;
    },
    async timed(work) {
      // The clock of the launcher counts whole milliseconds; User Timing (W3C) counts finer.
      const mark = performance.mark('begun');
      await work();
      return performance.measure('taken', { start: mark.startTime }).duration;
    },
  };
}

import { Fault } from '../fault.ts';

const requestDeadline_ms = 10_000;

/** The config and status APIs as any client meets them: HTTP, JSON, a bearer token. */
export interface ApiClient {
  get(url: string): Promise<unknown>;
  post(url: string, body: unknown): Promise<unknown>;
  patch(url: string, body: unknown): Promise<unknown>;
}

/** An answer that is not 2xx is a {@link Fault} that quotes it. */
export function apiClient(token: string): ApiClient {
  async function send(method: string, url: string, body?: unknown): Promise<unknown> {
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(requestDeadline_ms),
    });
    const text = await response.text();
    if (response.ok) return text === '' ? null : JSON.parse(text);
    throw new Fault(`${method} ${url} answered ${response.status}: ${text.slice(0, 500)}`);
  }
  return {
    get: (url) => send('GET', url),
    post: (url, body) => send('POST', url, body),
    patch: (url, body) => send('PATCH', url, body),
  };
}

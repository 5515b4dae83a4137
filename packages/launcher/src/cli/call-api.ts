import { join } from 'node:path';
import type { EnvSource } from '@trunkline/runtime/env';
import { Fault } from '../fault.ts';
import { readSecret } from '../stack/secrets.ts';

const requestDeadline_ms = 15_000;

export type CallApi = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** The config API that `./trunkline up` starts, or another that the environment names. */
export function apiOf({ env, dir }: { readonly env: EnvSource; readonly dir: string }): CallApi {
  const url = env['TRUNKLINE_API'] || `http://${env['TRUNKLINE_CONFIG_LISTEN'] || '127.0.0.1:8080'}`;
  const token = env['TRUNKLINE_TOKEN'] || secretIn(join(dir, 'secrets', 'bootstrap-token'));
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(requestDeadline_ms),
    }).catch((error: unknown): never => {
      throw new Fault(`${url} does not answer: is ./trunkline up running?`, [String(error)]);
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    const { message, details = [] } = answer as { message?: string; details?: { path: string; message: string }[] };
    throw new Fault(
      `${message ?? 'The API refused'} (${response.status})`,
      details.map((detail) => `${detail.path}: ${detail.message}`),
    );
  };
}

function secretIn(path: string): string {
  try {
    return readSecret(path);
  } catch {
    throw new Fault('There is no token: set TRUNKLINE_TOKEN, or start ./trunkline up once', [path]);
  }
}

import { fileURLToPath } from 'node:url';
import type { AnswerBody } from '@trunkline/config/api/api-under-test';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';

/** The real config service in a process of its own. */
export interface ConfigProcess {
  readonly database: string;
  readonly url: string;
  call(method: string, path: string, body?: unknown): Promise<ConfigAnswer>;
  /** Everything it has logged, at level debug. */
  log(): string;
  /** SIGKILL; returns when it is gone. */
  kill(): Promise<void>;
  /** On the same port; returns when it is ready. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ConfigAnswer {
  readonly status: number;
  readonly body: AnswerBody;
  readonly list: readonly AnswerBody[];
}

export const bootstrapToken = 'tl_bootstrap_0123456789abcdef';
export const masterKey = '5a'.repeat(32);

const main = fileURLToPath(new URL('../../services/config/dist/main.js', import.meta.url));
const requestDeadline_ms = 20_000;
const readyDeadline_ms = 20_000;

/** Returns when it is ready. The build must be up to date. */
export async function startConfig(options: { database: string; nats: string }): Promise<ConfigProcess> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const call: ConfigProcess['call'] = async (method, path, body) => {
    const response = await fetch(`http://${address}${path}`, {
      method,
      headers: { authorization: `Bearer ${bootstrapToken}`, 'content-type': 'application/json' },
      body: method === 'GET' || method === 'DELETE' ? null : JSON.stringify(body ?? {}),
      signal: AbortSignal.timeout(requestDeadline_ms),
    });
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, body: answer as AnswerBody, list: Array.isArray(answer) ? answer : [] };
  };
  const start = async (): Promise<Program> => {
    const program = await startProgram({
      name: 'config',
      command: process.execPath,
      args: [main],
      env: {
        TRUNKLINE_CONFIG_LISTEN: address,
        DATABASE_URL: options.database,
        TRUNKLINE_NATS_URL: options.nats,
        TRUNKLINE_MASTER_KEY: masterKey,
        TRUNKLINE_BOOTSTRAP_TOKEN: bootstrapToken,
        TRUNKLINE_RECONCILE_INTERVAL_S: '1',
        TRUNKLINE_REQUESTS_PER_S: '100000',
        TRUNKLINE_LOG_LEVEL: 'debug',
      },
    });
    await program.waitFor(
      'readiness',
      () =>
        call('GET', '/ready').then(
          ({ status }) => status === 200,
          () => false,
        ),
      readyDeadline_ms,
    );
    return program;
  };
  let program = await start();
  return {
    database: options.database,
    url: `http://${address}`,
    call,
    log: () => program.log(),
    async kill() {
      program.kill('SIGKILL');
      await program.waitForExit();
    },
    async restart() {
      program = await start();
    },
    async stop() {
      await program.stop();
    },
  };
}

import { createServer } from 'node:http';
import type { Clock } from './clock.ts';
import type { HostPort } from './env-fields.ts';
import type { Metrics } from './metrics.ts';

/** One condition without which this process cannot work. */
export interface Check {
  readonly name: string;
  /** One sentence why not, or undefined when all is well. */
  reason(): string | undefined | Promise<string | undefined>;
}

export interface HealthAnswer {
  readonly status: number;
  readonly content_type: string;
  readonly body: string;
}

export interface Health {
  /** The process runs its event loop. */
  live(): HealthAnswer;
  /** 503 with the reasons while one check fails. */
  ready(): Promise<HealthAnswer>;
  metrics(): Promise<HealthAnswer>;
}

const checkDeadline_ms = 2_000;
const json = 'application/json; charset=utf-8';

export function createHealth(parts: {
  readonly checks: readonly Check[];
  readonly metrics: Metrics;
  readonly clock: Clock;
}): Health {
  return {
    live: () => ({ status: 200, content_type: json, body: '{"status":"live"}' }),
    async ready() {
      const answers = await Promise.all(parts.checks.map((check) => ask(check, parts.clock)));
      const reasons = answers.filter((answer) => answer !== undefined);
      return {
        status: reasons.length === 0 ? 200 : 503,
        content_type: json,
        body: JSON.stringify({ status: reasons.length === 0 ? 'ready' : 'not ready', reasons }),
      };
    },
    metrics: async () => ({ status: 200, content_type: parts.metrics.content_type, body: await parts.metrics.text() }),
  };
}

interface Reason {
  readonly check: string;
  readonly reason: string;
}

async function ask(check: Check, clock: Clock): Promise<Reason | undefined> {
  const late = deferred<string>();
  const timer = clock.after(checkDeadline_ms, () => late.resolve(`no answer within ${checkDeadline_ms} ms`));
  try {
    const reason = await Promise.race([check.reason(), late.promise]);
    return reason === undefined ? undefined : { check: check.name, reason };
  } catch {
    // The error's text may quote an address with credentials, and this page is open.
    return { check: check.name, reason: 'the check failed' };
  } finally {
    timer.cancel();
  }
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A GET of a page that is not of health. */
export interface PageRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
}

/**
 * Answers `/live`, `/ready` and `/metrics`, and what `more` knows of; it answers undefined for what it does not. Rejects when the
 * address cannot be listened on.
 */
export async function serveHealth(
  address: HostPort,
  health: Health,
  more: (request: PageRequest) => Promise<HealthAnswer | undefined> = async () => undefined,
): Promise<HealthServer> {
  const pages: Readonly<Record<string, () => HealthAnswer | Promise<HealthAnswer>>> = {
    '/live': health.live,
    '/ready': health.ready,
    '/metrics': health.metrics,
  };
  const server = createServer((request, response) => {
    const [path = '', query = ''] = request.method === 'GET' ? (request.url ?? '').split('?', 2) : [];
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    const { authorization } = request.headers;
    const asked = page?.() ?? more({ path, query: new URLSearchParams(query), authorization });
    const send = ({ status, content_type, body }: HealthAnswer): void => {
      response.writeHead(status, { 'content-type': content_type }).end(body);
    };
    const missing = { status: 404, content_type: json, body: '{"message":"Not found"}' };
    Promise.resolve(asked).then(
      (answer) => send(answer ?? missing),
      () => send({ status: 500, content_type: json, body: '{"message":"Internal error"}' }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(address.port, address.host, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

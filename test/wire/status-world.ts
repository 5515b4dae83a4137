import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Access } from '@trunkline/contracts/access';
import type { CallRecord } from '@trunkline/contracts/call-record';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import { agentKey, buckets, callSubject, callsStream, trunkKey } from '@trunkline/contracts/nats-map';
import type { Trunk } from '@trunkline/contracts/trunk';
import type { Bus } from '@trunkline/runtime/bus';
import { systemClock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { edge1 } from '@trunkline/status/testing/sample-calls';
import { accessA, sampleAgent } from '@trunkline/status/testing/sample-trunk';
import type { CallSummary } from '@trunkline/status/view/call-summary';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { type NatsProcess, startNats } from '@trunkline/testkit/nats-process';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';

export const token = 'a-token-of-account-a';
const main = fileURLToPath(new URL('../../services/status/dist/main.js', import.meta.url));

/** The real status service between a real NATS and a real PostgreSQL; the test plays edge and config. */
export interface StatusWorld {
  readonly nats: NatsProcess;
  readonly postgres: PrivatePostgres;
  readonly bus: Bus;
  readonly url: string;
  readonly status: Program;
  /** As the edge does. */
  publish(event: CallEvent): Promise<void>;
  /** As the edge does; answers what the trunks were applied up to. */
  beat(applied_trunks: number): Promise<void>;
  /** As the config service does; answers the generation. */
  putTrunk(trunk: Trunk): Promise<number>;
  /** Starts the service again, with the environment that it had. */
  startStatus(): Promise<void>;
  /** SIGKILL; returns when it is gone. */
  killStatus(): Promise<void>;
  get(path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Every page of `GET /calls`. */
  calls(query: string): Promise<readonly CallSummary[]>;
  record(id: string): Promise<CallRecord | null>;
  close(): Promise<void>;
}

const requestDeadline_ms = 10_000;
const readyDeadline_ms = 20_000;
const maxPages = 1_000;

export async function startStatusWorld(access: Access = accessA): Promise<StatusWorld> {
  const [nats, postgres, port] = await Promise.all([startNats(), startPrivatePostgres(), freePort()]);
  const database = await postgres.createDatabase('status');
  const bus = await connectBus({ url: nats.url, name: 'test', logger: silentLogger, wait: false });
  await bus.ensureStream(callsStream);
  const [trunks, agents, edges, tokens] = await Promise.all(
    [buckets.trunks, buckets.agents, buckets.edges, buckets.tokens].map((name) => bus.bucket(name)),
  );
  await tokens?.put(createHash('sha256').update(token).digest('hex'), JSON.stringify(access));
  await agents?.put(agentKey(sampleAgent.account, sampleAgent.id), JSON.stringify(sampleAgent));
  const url = `http://127.0.0.1:${port}`;
  const get: StatusWorld['get'] = async (path) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(requestDeadline_ms) });
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: answer.status, body: json ? JSON.parse(text) : text };
  };
  let status: Program | undefined;
  // Known before it is ready, so that `close` ends it whatever became of the test.
  const start = async (): Promise<void> => {
    const program = await startProgram({
      name: 'status',
      command: process.execPath,
      args: [main],
      env: {
        TRUNKLINE_NATS_URL: nats.url,
        TRUNKLINE_STATUS_LISTEN: `127.0.0.1:${port}`,
        TRUNKLINE_STATUS_DATABASE_URL: database,
      },
    });
    status = program;
    await program.waitFor('readiness', async () => (await get('/ready')).status === 200, readyDeadline_ms);
  };
  const running = (): Program => {
    if (status === undefined) throw new Error('status was not started');
    return status;
  };
  await start();
  return {
    nats,
    postgres,
    bus,
    url,
    get status() {
      return running();
    },
    publish: (event) => bus.publish(callSubject(event), JSON.stringify(event), event.id),
    async beat(applied_trunks) {
      const at = systemClock.now();
      const applied = { trunks: applied_trunks, agents: 1 };
      const beat = { edge: edge1, at, started_at: at, applied, calls: 0, draining: false };
      await edges?.put(edge1, JSON.stringify(beat));
    },
    putTrunk: async (trunk) => (await trunks?.put(trunkKey(trunk.account, trunk.id), JSON.stringify(trunk))) ?? 0,
    startStatus: start,
    async killStatus() {
      running().kill('SIGKILL');
      await running().waitForExit();
    },
    get,
    async calls(query) {
      const calls: CallSummary[] = [];
      let cursor: string | null = '';
      for (let page = 0; page < maxPages && cursor !== null; page++) {
        const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const { status: code, body } = await get(`/calls?limit=200&${query}${after}`);
        if (code !== 200) throw new Error(`GET /calls answered ${code}: ${JSON.stringify(body)}`);
        const answer = body as { readonly calls: readonly CallSummary[]; readonly next_cursor: string | null };
        calls.push(...answer.calls);
        cursor = answer.next_cursor;
      }
      return calls;
    },
    async record(id) {
      const { body } = await get(`/calls/${id}`);
      return (body as { readonly record: CallRecord | null }).record;
    },
    async close() {
      await running().stop();
      await bus.close();
      await Promise.all([nats.close(), postgres.close()]);
    },
  };
}

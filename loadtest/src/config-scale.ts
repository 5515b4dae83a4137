import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '@trunkline/runtime/clock';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { startNats } from '@trunkline/testkit/nats-process';
import { startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { z } from 'zod';
import { type ConfigClient, configClient } from './config-client.ts';
import { processUse } from './process-use.ts';
import { seedSql } from './seed-trunks.ts';

export interface ScaleOptions {
  readonly root: string;
  readonly clock: Clock;
  readonly accounts: number;
  readonly trunks_per_account: number;
  readonly numbers_per_trunk: number;
  readonly requests: number;
  readonly changes: number;
  readonly say: (line: string) => void;
}

export interface ScaleResult {
  /** Seconds from the start of config to everything published, and of the edge to everything compiled. */
  readonly published_s: number;
  readonly compiled_s: number;
  /** CPU time that the edge had used by then. */
  readonly compiled_cpu_s: number;
  readonly edge_mb: number;
  readonly config_mb: number;
  /** Milliseconds, unsorted, by what was asked. */
  readonly times: Readonly<Record<string, readonly number[]>>;
}

const masterKey = '5a'.repeat(32);
const operatorToken = 'tl_operator_0123456789abcdef';
const loadDeadline_ms = 300_000;
const identified = z.object({ id: z.string(), token: z.string() });

/** Config, PostgreSQL, NATS and one edge as processes, with many trunks in them. */
export async function measureScale(options: ScaleOptions): Promise<ScaleResult> {
  const { root, clock, say } = options;
  const postgres = await startPrivatePostgres();
  const nats = await startNats();
  const database = await postgres.createDatabase('scale');
  const config = configProgram(root, { database, nats: nats.url, port: await freePort() });
  const programs: Program[] = [];
  try {
    const first = await config.start();
    const operator = configClient(config.url, operatorToken);
    const tenants: z.infer<typeof identified>[] = [];
    for (let index = 0; index < options.accounts; index += 1) {
      tenants.push(identified.parse(await operator.call('POST', '/accounts', { name: `tenant ${index}` })));
    }
    await first.stop();
    say('storing the trunks');
    const accounts = tenants.map(({ id }) => id);
    await promisify(execFile)('psql', ['-X', '-q', '-d', database, '-c', seedSql({ ...options, accounts })]);
    const began = clock.now();
    const second = await config.start();
    programs.push(second);
    const published_s = (clock.now() - began) / 1_000;
    say('starting the edge');
    const edge = await startEdge(root, clock, nats.url);
    programs.push(edge.program);
    const clients = tenants.map(({ token }) => configClient(config.url, token));
    const times = {
      ...(await measureRequests(clients, options)),
      'change applied on the edge': await measureChanges(clients, options),
    };
    const config_mb = processUse(second.pid).rss_mb;
    const { compiled_s, compiled_cpu_s } = edge;
    const edge_mb = processUse(edge.program.pid).rss_mb;
    return { published_s, compiled_s, compiled_cpu_s, edge_mb, config_mb, times };
  } finally {
    for (const program of programs) await program.stop();
    await nats.close();
    await postgres.close();
  }
}

function configProgram(root: string, { database, nats, port }: { database: string; nats: string; port: number }) {
  const url = `http://127.0.0.1:${port}`;
  const start = async (): Promise<Program> => {
    const program = await startProgram({
      name: 'config',
      command: process.execPath,
      args: [join(root, 'services/config/dist/main.js')],
      env: {
        TRUNKLINE_CONFIG_LISTEN: `127.0.0.1:${port}`,
        DATABASE_URL: database,
        TRUNKLINE_NATS_URL: nats,
        TRUNKLINE_MASTER_KEY: masterKey,
        TRUNKLINE_BOOTSTRAP_TOKEN: operatorToken,
        TRUNKLINE_RECONCILE_INTERVAL_S: '3600',
        TRUNKLINE_REQUESTS_PER_S: '100000',
      },
    });
    const ready = () =>
      fetch(`${url}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    await program.waitFor('everything published', ready, loadDeadline_ms);
    return program;
  };
  return { url, start };
}

/** Without SIP server and rtpengine: only what it does with the configuration is of interest. */
async function startEdge(root: string, clock: Clock, nats: string) {
  const port = await freePort();
  const began = clock.now();
  const program = await startProgram({
    name: 'edge',
    command: process.execPath,
    args: [join(root, 'services/edge/dist/main.js')],
    env: {
      TRUNKLINE_NATS_URL: nats,
      TRUNKLINE_MASTER_KEY: masterKey,
      TRUNKLINE_SIP_SERVER: `127.0.0.1:${await freePort()}`,
      TRUNKLINE_SIP_SECRET: 'nobody listens',
      TRUNKLINE_RTPENGINE: `127.0.0.1:${await freePort()}`,
      TRUNKLINE_EDGE_HEALTH: `127.0.0.1:${port}`,
      TRUNKLINE_STATE_DIR: mkdtempSync(join(tmpdir(), 'trunkline-edge-')),
      TRUNKLINE_LOG_LEVEL: 'error',
    },
  });
  const compiled = () =>
    fetch(`http://127.0.0.1:${port}/ready`).then(
      async (answer) => !(await answer.text()).includes('the trunks are not loaded'),
      () => false,
    );
  await program.waitFor('the compiled trunks', compiled, loadDeadline_ms);
  const compiled_s = (clock.now() - began) / 1_000;
  return { program, compiled_s, compiled_cpu_s: processUse(program.pid).cpu_s };
}

type Sample = (client: ConfigClient, index: number) => Promise<unknown>;

async function measureRequests(
  clients: readonly ConfigClient[],
  { requests, accounts, trunks_per_account }: ScaleOptions,
): Promise<Record<string, readonly number[]>> {
  const samples: Readonly<Record<string, Sample>> = {
    'list 50': (client) => client.call('GET', '/sip-trunks/trunks?limit=50'),
    'get (Bolna)': (client, index) => client.call('GET', `/sip-trunks/trunks/${idOf(index % accounts, index * 7)}`),
    'get (Famulor)': (client, index) =>
      client.call('GET', `/api/user/phone-numbers/sip-trunks/${1 + ((index * 7) % (trunks_per_account - 1))}`),
    create: (client, index) => client.call('POST', '/sip-trunks/trunks', newTrunk(index)),
  };
  const times: Record<string, readonly number[]> = {};
  for (const [what, sample] of Object.entries(samples)) {
    const taken: number[] = [];
    for (let index = 0; index < requests; index += 1) {
      const client = clients[index % clients.length];
      if (client !== undefined) taken.push(await client.timed(() => sample(client, index)));
    }
    times[what] = taken;
  }
  const [client] = clients;
  const whole = async () => client?.timed(() => client.call('GET', '/sip-trunks/trunks'));
  times['list of a whole account'] = [(await whole()) ?? 0, (await whole()) ?? 0, (await whole()) ?? 0];
  return times;
}

async function measureChanges(clients: readonly ConfigClient[], options: ScaleOptions): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let index = 0; index < options.changes; index += 1) {
    const at = index % clients.length;
    const path = `/sip-trunks/trunks/${idOf(at, index)}?wait=applied`;
    const client = clients[at];
    if (client !== undefined) {
      taken.push(await client.timed(() => client.call('PATCH', path, { description: `change ${index}` }, [200])));
    }
  }
  return taken;
}

/** As `seedSql` makes them. */
function idOf(account: number, index: number): string {
  return `0${String(account).padStart(5, '0')}${String(index).padStart(20, '0')}`;
}

function newTrunk(index: number): object {
  return {
    name: `new ${index}`,
    provider: 'custom',
    auth_type: 'ip-based',
    gateways: [{ gateway_address: '198.51.100.1' }],
    ip_identifiers: [{ ip_address: '198.51.100.1' }],
    phone_numbers: Array.from({ length: 10 }, (_, number) => ({
      phone_number: `+4940${String(index * 10 + number).padStart(8, '0')}`,
    })),
  };
}

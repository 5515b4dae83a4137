import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clock } from '@trunkline/runtime/clock';
import type { Program } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { startNats } from '@trunkline/testkit/nats-process';
import { startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { z } from 'zod';
import { type ConfigClient, configClient } from './config-client.ts';
import { configProgram, type Loaded, operatorToken, startEdge } from './config-processes.ts';
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
  /** Where config and the edge write CPU profiles when they end. */
  readonly profile: string | undefined;
  readonly say: (line: string) => void;
}

export interface ScaleResult {
  readonly published: Omit<Loaded, 'running'>;
  readonly compiled: Omit<Loaded, 'running'>;
  /** Milliseconds, unsorted, by what was asked. */
  readonly times: Readonly<Record<string, readonly number[]>>;
  /** CPU milliseconds of a change, by process. */
  readonly change_cpu_ms: Readonly<Record<'config' | 'edge', number>>;
  readonly after_mb: Readonly<Record<'config' | 'edge', number>>;
  /** The longest time that the event loop of a process was not served while changes were made, mostly by garbage collection. */
  readonly longest_pause_ms: Readonly<Record<'config' | 'edge', number>>;
}

export const changeOnEdge = 'change applied on the edge';
const identified = z.object({ id: z.string(), token: z.string() });
type Tenant = z.infer<typeof identified>;

/** Config, PostgreSQL, NATS and one edge as processes, with many trunks in them. */
export async function measureScale(options: ScaleOptions): Promise<ScaleResult> {
  const { root, clock, say, profile } = options;
  const postgres = await startPrivatePostgres({ durable: true });
  const nats = await startNats();
  const database = await postgres.createDatabase('scale');
  const config = configProgram(root, clock, { database, nats: nats.url, port: await freePort(), profile });
  const programs: Program[] = [];
  try {
    const first = await config.start();
    programs.push(first.running.program);
    const tenants = await createTenants(config.url, options.accounts);
    await first.running.program.stop();
    say('storing the trunks');
    const accounts = tenants.map(({ id }) => id);
    await promisify(execFile)('psql', ['-X', '-q', '-d', database, '-c', seedSql({ ...options, accounts })]);
    say('publishing them');
    const published = await config.start();
    programs.push(published.running.program);
    say('starting the edge');
    const compiled = await startEdge(root, clock, { nats: nats.url, profile, programs });
    const clients = tenants.map(({ token }) => configClient(config.url, token));
    say('asking');
    const asked = await measureRequests(clients, options);
    say('changing');
    const pids = { config: published.running.program.pid, edge: compiled.running.program.pid };
    const before = usesOf(pids);
    const health = { config: published.running.health, edge: compiled.running.health };
    await longestPauses(health);
    const changed = await measureChanges(clients, options);
    const after = usesOf(pids);
    const cost = (name: keyof typeof pids): number =>
      ((after[name].cpu_s - before[name].cpu_s) * 1_000) / Math.max(1, options.changes);
    return {
      published,
      compiled,
      times: { ...asked, [changeOnEdge]: changed },
      change_cpu_ms: { config: cost('config'), edge: cost('edge') },
      longest_pause_ms: await longestPauses(health),
      after_mb: { config: after.config.rss_mb, edge: after.edge.rss_mb },
    };
  } finally {
    for (const program of programs.reverse()) await program.stop();
    await nats.close();
    await postgres.close();
  }
}

const usesOf = ({ config, edge }: { config: number; edge: number }) => ({
  config: processUse(config),
  edge: processUse(edge),
});

/** Of each process since this was asked the last time. */
async function longestPauses({ config, edge }: { readonly config: string; readonly edge: string }) {
  const read = async (url: string): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^nodejs_eventloop_lag_max_seconds\S* (\S+)/m.exec(text)?.[1]) * 1_000;
  };
  return { config: await read(config), edge: await read(edge) };
}

async function createTenants(url: string, count: number): Promise<readonly Tenant[]> {
  const operator = configClient(url, operatorToken);
  const tenants: Tenant[] = [];
  for (let index = 0; index < count; index += 1) {
    tenants.push(identified.parse(await operator.call('POST', '/accounts', { name: `tenant ${index}` })));
  }
  return tenants;
}

type Sample = (client: ConfigClient, index: number) => Promise<unknown>;

async function measureRequests(
  clients: readonly ConfigClient[],
  { requests, accounts, trunks_per_account }: ScaleOptions,
): Promise<Record<string, readonly number[]>> {
  const samples: Readonly<Record<string, Sample>> = {
    'list 50': (client) => client.call('GET', '/sip-trunks/trunks?limit=50'),
    'get (Bolna)': (client, index) =>
      client.call('GET', `/sip-trunks/trunks/${idOf(index % accounts, (index * 7) % trunks_per_account)}`),
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
    const path = `/sip-trunks/trunks/${idOf(at, index % options.trunks_per_account)}?wait=applied`;
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

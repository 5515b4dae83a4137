import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@trunkline/runtime/clock';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { processUse } from './process-use.ts';

export const operatorToken = 'tl_operator_0123456789abcdef';
const masterKey = '5a'.repeat(32);
const sipSecret = 'a secret of the load test';
const loadDeadline_ms = 600_000;

/** Where a service answers `/ready` and `/metrics`. */
export interface Running {
  readonly program: Program;
  readonly health: string;
}

/** How long a part of the work took, and what it cost the process. */
export interface Loaded {
  readonly running: Running;
  /** Seconds from the start of the process. */
  readonly took_s: number;
  readonly cpu_s: number;
  readonly rss_mb: number;
}

/** Config on a port of its own; each start returns when everything is published. */
export function configProgram(
  root: string,
  clock: Clock,
  { database, nats, port, profile }: { database: string; nats: string; port: number; profile: string | undefined },
) {
  const url = `http://127.0.0.1:${port}`;
  const start = async (): Promise<Loaded> => {
    const began = clock.now();
    const program = await startProgram({
      name: 'config',
      command: process.execPath,
      args: [...profiling(profile), join(root, 'services/config/dist/main.js')],
      env: {
        TRUNKLINE_CONFIG_LISTEN: `127.0.0.1:${port}`,
        DATABASE_URL: database,
        TRUNKLINE_NATS_URL: nats,
        TRUNKLINE_MASTER_KEY: masterKey,
        TRUNKLINE_BOOTSTRAP_TOKEN: operatorToken,
        TRUNKLINE_REQUESTS_PER_S: '100000',
      },
    });
    await program.waitFor('everything published', () => isReady(url), loadDeadline_ms);
    return loaded({ program, health: url }, clock.now() - began);
  };
  return { url, start };
}

/** One edge with a SIP server, as in life: it also keeps registrations and probes. Only rtpengine is not there. */
export async function startEdge(
  root: string,
  clock: Clock,
  { nats, profile, programs }: { nats: string; profile: string | undefined; programs: Program[] },
): Promise<Loaded> {
  const [control, health] = [await freePort(), await freePort()];
  programs.push(await startSipServer(root, control));
  const began = clock.now();
  const program = await startProgram({
    name: 'edge',
    command: process.execPath,
    args: [...profiling(profile), join(root, 'services/edge/dist/main.js')],
    env: {
      TRUNKLINE_NATS_URL: nats,
      TRUNKLINE_MASTER_KEY: masterKey,
      TRUNKLINE_SIP_SERVER: `127.0.0.1:${control}`,
      TRUNKLINE_SIP_SECRET: sipSecret,
      TRUNKLINE_RTPENGINE: `127.0.0.1:${await freePort()}`,
      TRUNKLINE_EDGE_HEALTH: `127.0.0.1:${health}`,
      TRUNKLINE_STATE_DIR: mkdtempSync(join(tmpdir(), 'trunkline-edge-')),
      TRUNKLINE_LOG_LEVEL: 'error',
    },
  });
  programs.push(program);
  const url = `http://127.0.0.1:${health}`;
  await program.waitFor('the compiled trunks', () => isReady(url, 'rtpengine'), loadDeadline_ms);
  return loaded({ program, health: url }, clock.now() - began);
}

async function startSipServer(root: string, control: number): Promise<Program> {
  const health = await freePort();
  const program = await startProgram({
    name: 'sip-server',
    command: process.execPath,
    args: [join(root, 'services/sip-server/dist/main.js')],
    env: {
      TRUNKLINE_SIP_LISTEN: `udp/127.0.0.1:${await freePort()}`,
      TRUNKLINE_SIP_CONTROL: `127.0.0.1:${control}`,
      TRUNKLINE_SIP_SECRET: sipSecret,
      TRUNKLINE_SIP_SERVER_HEALTH: `127.0.0.1:${health}`,
      TRUNKLINE_LOG_LEVEL: 'error',
    },
  });
  await program.waitFor('its sockets', () => answers(`http://127.0.0.1:${health}/live`));
  return program;
}

/** Both kinds of profile are written to the folder when the process ends. */
function profiling(folder: string | undefined): string[] {
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

function loaded(running: Running, took_ms: number): Loaded {
  return { running, took_s: took_ms / 1_000, ...processUse(running.program.pid) };
}

/** Ready but for what `without` names. */
async function isReady(url: string, without?: string): Promise<boolean> {
  const answer = await fetch(`${url}/ready`).catch(() => undefined);
  if (answer === undefined) return false;
  const { reasons = [] } = (await answer.json()) as { reasons?: { check: string }[] };
  return answer.ok || (without !== undefined && reasons.every(({ check }) => check === without));
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

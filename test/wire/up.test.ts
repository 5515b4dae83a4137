import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endpointNames, endpoints } from '@trunkline/launcher/stack/endpoints';
import { randomIds } from '@trunkline/runtime/ids';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterEach, beforeEach, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../packages/launcher/dist/main.js', import.meta.url));
const names = ['nats-server', 'postgresql', 'rtpengine', 'sip-server', 'config', 'status', 'edge'];

let dir = '';
let launcher: Program;

async function ports(): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const name of endpointNames) {
    const address = `127.0.0.1:${await freePort()}`;
    const forms: Record<string, string> = { nats: `nats://${address}`, sip: `udp/${address},tcp/${address}` };
    entries.push([endpoints[name].variable, forms[name] ?? address]);
  }
  return Object.fromEntries(entries);
}

/** Processes of this stack that run now, by their command lines and what they have open. */
function descendants(pid: number): number[] {
  const direct = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map(Number);
  return direct.flatMap((child) => [child, ...descendants(child)]);
}

const alive = (pid: number): boolean => {
  try {
    // A zombie is dead: only its parent has not asked yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

beforeEach(async () => {
  dir = join(tmpdir(), `trunkline-up-${process.pid}-${randomIds.hex(4)}`);
  mkdirSync(dir);
  launcher = await startProgram({
    name: 'trunkline up',
    command: process.execPath,
    args: [main, 'up'],
    env: { ...(await ports()), TRUNKLINE_DIR: dir },
  });
  await launcher.waitForLog(/Ctrl-C stops everything/, 60_000);
});
afterEach(async () => {
  await launcher.stop(30_000);
  rmSync(dir, { recursive: true, force: true });
});

it('shows the token this once and where it is kept, and stops all its processes at SIGINT', async () => {
  const token = readFileSync(join(dir, 'secrets/bootstrap-token'), 'utf8').trim();
  expect(launcher.log()).toContain(
    `token        ${token}  (shown this once, kept in ${join(dir, 'secrets/bootstrap-token')})`,
  );
  const pids = descendants(launcher.pid);
  expect(pids.length).toBeGreaterThanOrEqual(names.length);
  launcher.kill('SIGINT');
  expect(await launcher.waitForExit(30_000)).toEqual({ code: 0, signal: null });
  expect(pids.filter(alive)).toEqual([]);
});

it('leaves no process even when it is killed itself', async () => {
  const pids = descendants(launcher.pid);
  launcher.kill('SIGKILL');
  await launcher.waitForExit();
  await waitUntil(() => !pids.some(alive), { what: 'the end of the processes', deadline_ms: 20_000 });
});

it('starts a service again that was killed', async () => {
  const isStatus = (pid: number): boolean =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/status/dist/main.js');
  const status = descendants(launcher.pid).find(isStatus) ?? 0;
  process.kill(status, 'SIGKILL');
  await launcher.waitForLog(/status ended by SIGKILL; starting it again/);
  await launcher.waitForLog(/status is up again/, 30_000);
  expect(launcher.exit).toBeUndefined();
});

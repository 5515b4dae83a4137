import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertNothingLeft, startTarget, type Target } from './sip-server-target.ts';

/** T1 of RFC 3261's default would make each test wait 32 s for the last transactions. */
const LOAD_T1_MS = 100;
const APPLICATION = fileURLToPath(new URL('./sip-server-bridge.mjs', import.meta.url));

let target: Target;
let folder: string;
const programs: Program[] = [];

beforeAll(async () => {
  target = await startTarget(LOAD_T1_MS);
  folder = await mkdtemp(join(tmpdir(), 'trunkline-sipp-'));
});

afterAll(async () => {
  for (const program of programs) await program.stop();
  await target.stop();
  await rm(folder, { recursive: true });
});

const start = async (name: string, command: string, args: readonly string[], env: Record<string, string> = {}) => {
  const program = await startProgram({ name, command, args, env: { TERM: 'dumb', ...env }, cwd: folder });
  programs.push(program);
  return program;
};

describe.each([
  ['udp', 'u1', 'u1'],
  ['tcp', 't1', 't1'],
  ['udp in, tcp out', 'u1', 't1'],
] as const)('real SIPp on both sides, %s', (_name, caller, callee) => {
  it('250 calls at 50 a second through a bare createB2BUA, none failed and nothing left', async () => {
    const { host, port } = await target.sip(caller === 'u1' ? 'udp' : 'tcp');
    const [callerPort, calleePort] = [await freePort(), await freePort()];
    const sipp = ['-i', '127.0.0.1', '-nostdin', '-timeout', '60s', '-timeout_error'];
    const uas = await start('SIPp callee', 'sipp', ['-sn', 'uas', ...sipp, '-p', String(calleePort), '-t', callee]);
    const transport = callee === 't1' ? ';transport=tcp' : '';
    const application = await start('application', process.execPath, [APPLICATION], {
      CONTROL_HOST: target.control.host,
      CONTROL_PORT: String(target.control.port),
      CONTROL_SECRET: target.secret,
      CALLEE: `sip:bob@127.0.0.1:${calleePort}${transport}`,
    });
    await application.waitForLog(/connected/);
    const load = ['-r', '50', '-m', '250', '-d', '200', '-t', caller, '-p', String(callerPort)];
    const uac = await start('SIPp caller', 'sipp', ['-sn', 'uac', ...sipp, ...load, `${host}:${port}`]);
    const exit = await uac.waitForExit(50_000);
    expect({ code: exit.code, log: exit.code === 0 ? '' : uac.log().slice(-1_500) }).toEqual({ code: 0, log: '' });
    await application.waitForLog(/"ended":250/);
    expect(application.log()).not.toContain('failed');
    await application.stop();
    await uas.stop();
    await assertNothingLeft(target, 90 * LOAD_T1_MS);
  });
});

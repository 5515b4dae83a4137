import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { callsStream } from '@trunkline/contracts/nats-map';
import { silentLogger } from '@trunkline/runtime/logger';
import { connectBus } from '@trunkline/runtime/nats-bus';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { type NatsProcess, startNats } from '@trunkline/testkit/nats-process';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterEach, beforeEach, expect, it } from 'vitest';

const writer = fileURLToPath(new URL('./outbox-writer.mjs', import.meta.url));

let nats: NatsProcess;
let directory: string;
const programs: Program[] = [];

beforeEach(async () => {
  nats = await startNats();
  directory = await mkdtemp(join(tmpdir(), 'trunkline-outbox-'));
});
afterEach(async () => {
  for (const program of programs.splice(0)) await program.stop();
  await nats.close();
  await rm(directory, { recursive: true, force: true });
});

async function write(from: number, to: number): Promise<Program> {
  const program = await startProgram({
    name: 'outbox writer',
    command: process.execPath,
    args: [writer, nats.url, directory, String(from), String(to)],
  });
  programs.push(program);
  return program;
}

const lastWritten = (program: Program): number => Number(/(\d+)\n(?:left \d+\n)?$/.exec(program.log())?.[1] ?? -1);

/** The process is built code: a fresh `tsc -b` must have run. */
it('loses no event and repeats none over kills of the process and of NATS', async () => {
  const reader = await connectBus({ url: nats.url, name: 'reader', logger: silentLogger, wait: true });
  await reader.ensureStream(callsStream);
  const got: number[] = [];
  await reader.consume(callsStream.name, 'test', async (batch) => {
    got.push(...batch.map(({ payload }) => Number(payload)));
  });

  const first = await write(0, 1_000_000);
  await first.waitFor('2000 events', () => lastWritten(first) > 2_000);
  await nats.kill();
  const atKill = lastWritten(first);
  await first.waitFor('2000 more without NATS', () => lastWritten(first) > atKill + 2_000);
  first.kill('SIGKILL');
  await first.waitForExit();
  const survivors = lastWritten(first);
  await nats.restart();

  const second = await write(survivors + 1, survivors + 1_000);
  await second.waitForLog(/left 0/, 30_000);
  const all = survivors + 1_000;
  await waitUntil(() => got.length >= all, {
    what: 'all events',
    deadline_ms: 20_000,
    found: () => String(got.length),
  });
  expect(got).toEqual(Array.from({ length: all }, (_, n) => n));
  await reader.close();
});

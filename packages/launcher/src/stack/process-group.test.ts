import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@trunkline/runtime/clock';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Fault } from '../fault.ts';
import type { ProcessSpec } from './process.ts';
import { createProcessGroup, type ProcessGroup } from './process-group.ts';

let folder = '';
let group: ProcessGroup<'one' | 'two'>;
const notes: string[] = [];

/** A shell script that is ready when it has written `ready` into its log. */
function script(name: string, text: string, more: Partial<ProcessSpec> = {}): ProcessSpec {
  const log = join(folder, `${name}.log`);
  return {
    name,
    command: 'sh',
    args: ['-c', text],
    env: { PATH: process.env['PATH'] ?? '' },
    folder,
    log,
    stop_signal: 'SIGTERM',
    stop_deadline_ms: 3_000,
    ready: async () => (readFileSync(log, 'utf8').includes('ready') ? undefined : 'it has not said ready'),
    ready_deadline_ms: 5_000,
    ...more,
  };
}

const lives = 'echo ready; exec sleep 60';
const isAlive = (pid: number | undefined): boolean => {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trunkline-group-'));
  notes.length = 0;
  group = createProcessGroup(systemClock, ['two'], (note) => notes.push(note));
});
afterEach(async () => {
  await group.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('starts, restarts and stops processes, and leaves none behind', async () => {
  await group.start([
    ['one', script('one', lives)],
    ['two', script('two', lives)],
  ]);
  const first = group.pid('one');
  await group.restart('one');
  const second = group.pid('one');
  expect(second).not.toBe(first);
  await group.kill('one');
  expect(group.pid('one')).toBeUndefined();
  const two = group.pid('two');
  await group.stop();
  expect([first, second, two].map(isAlive)).toEqual([false, false, false]);
});

it('says which one died before it was ready, how, and the end of its log', async () => {
  const failing = script('one', 'echo "the reason"; exit 3', { ready: async () => 'not yet' });
  const failure = await group.start([['one', failing]]).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Fault);
  expect((failure as Fault).message).toMatch(/^one ended with code 3 before it was ready/);
  expect((failure as Fault).details).toEqual(['the reason']);
});

it('gives up on one that is never ready, with its last reason, and ends it', async () => {
  const pidFile = join(folder, 'pid');
  const slow = script('one', `echo $$ > ${pidFile}; exec sleep 60`, { ready_deadline_ms: 300 });
  await expect(group.start([['one', slow]])).rejects.toThrow(/not ready within 0.3 s: it has not said ready/);
  expect(isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
});

it('reports the death of a process that nobody meant to end', async () => {
  const trigger = join(folder, 'die');
  const doomed = `echo ready; while [ ! -e ${trigger} ]; do sleep 0.05; done; echo "last words"; exit 7`;
  await group.start([['one', script('one', doomed)]]);
  writeFileSync(trigger, '');
  expect(await group.death).toMatchObject({
    name: 'one',
    how: 'ended with code 7',
    last_lines: ['ready', 'last words'],
  });
});

it('starts a restartable process again when it dies', async () => {
  await group.start([['two', script('two', lives)]]);
  const first = group.pid('two') ?? 0;
  process.kill(first, 'SIGKILL');
  await waitUntil(() => notes.includes('two is up again.'), { what: 'the restart' });
  expect(group.pid('two')).not.toBe(first);
  expect(notes[0]).toMatch(/^two ended by SIGKILL; starting it again in 0\.5 s/);
});

it('kills what does not end when it is asked to', async () => {
  const stubborn = "trap '' TERM; echo ready; while :; do sleep 0.05; done";
  await group.start([['one', script('one', stubborn, { stop_deadline_ms: 200 })]]);
  const pid = group.pid('one');
  await group.stop();
  expect(isAlive(pid)).toBe(false);
});

it('ends those that are still starting when one of them fails, and when it is stopped', async () => {
  const pidFile = join(folder, 'pid');
  const slow = script('one', `echo $$ > ${pidFile}; exec sleep 60`, { ready_deadline_ms: 30_000 });
  const failing = script('two', `while [ ! -e ${pidFile} ]; do sleep 0.05; done; exit 1`, {
    ready_deadline_ms: 30_000,
  });
  const start = group.start([
    ['one', slow],
    ['two', failing],
  ]);
  await expect(start).rejects.toThrow(/^two ended with code 1/);
  expect(isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);

  rmSync(pidFile);
  const another = createProcessGroup<'one'>(systemClock, []);
  const interrupted = expect(another.start([['one', slow]])).rejects.toThrow(/interrupted/);
  await waitUntil(() => readFileSync(pidFile, 'utf8').trim() !== '', { what: 'the start' });
  await another.stop();
  await interrupted;
  expect(isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
});

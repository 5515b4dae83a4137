import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { CommandParts } from '../command.ts';
import { type Counts, countResults, oneFault } from './count-results.ts';
import { type Ring, ringDeadline_ms } from './rings.ts';

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Runs one of vitest's projects, shows its progress, and counts what its report says. */
export async function runRing(ring: Ring, { root, dir, signal, args }: CommandParts): Promise<Counts> {
  const report = join(dir, 'test-reports', `${ring}.json`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const run = await execa(
    join(root, 'node_modules/.bin/vitest'),
    ['run', '--project', ring, '--passWithNoTests', ...reporters, ...args],
    {
      cwd: root,
      reject: false,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: ringDeadline_ms[ring],
      forceKillAfterDelay: 10_000,
      cancelSignal: signal,
      gracefulCancel: false,
    },
  );
  if (run.timedOut) return oneFault(`the ${ring} ring was not done within ${ringDeadline_ms[ring] / 60_000} minutes`);
  return countResults(ring, readIfThere(report), run.exitCode);
}

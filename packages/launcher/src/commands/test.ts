import { join } from 'node:path';
import { execa } from 'execa';
import type { Command, CommandParts } from '../command.ts';
import { install } from '../install/install.ts';
import { testRequirements } from '../install/requirements.ts';
import { addCounts, type Counts, noCounts, oneFault } from '../test-run/count-results.ts';
import { rings } from '../test-run/rings.ts';
import { runRing } from '../test-run/run-ring.ts';

const checkDeadline_ms = 3 * 60_000;

const checks = [
  { what: 'lint and format', tool: 'biome', args: ['check', '.'] },
  { what: 'types of the tests', tool: 'tsc', args: ['-p', 'test/tsconfig.json'] },
] as const;

async function runCheck({ what, tool, args }: (typeof checks)[number], parts: CommandParts): Promise<Counts> {
  const { root, print, signal } = parts;
  const run = await execa(join(root, 'node_modules/.bin', tool), args, {
    cwd: root,
    reject: false,
    all: true,
    timeout: checkDeadline_ms,
    cancelSignal: signal,
  });
  if (run.exitCode === 0) {
    print.good(what);
    return noCounts;
  }
  print.bad(what);
  print.line(run.all ?? '');
  return oneFault(`${what}: ${tool} ${args.join(' ')}`);
}

async function run(parts: CommandParts): Promise<number> {
  const { print, signal } = parts;
  await install(testRequirements, print);
  let counts = noCounts;
  for (const check of checks) counts = addCounts(counts, await runCheck(check, parts));
  for (const ring of rings) {
    if (signal.aborted) break;
    print.heading(`Ring: ${ring}`);
    counts = addCounts(counts, await runRing(ring, parts));
  }
  print.line();
  for (const fault of counts.faults) print.bad(fault);
  if (counts.skipped > 0) print.quiet(`${counts.skipped} skipped`);
  if (signal.aborted) print.bad('interrupted');
  // The last line is for programs: no colour, nothing after it.
  print.line(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 && counts.passed > 0 && !signal.aborted ? 0 : 1;
}

export const test: Command = {
  name: 'test',
  summary: 'installs what the tests need and runs lint, types and all three rings of tests',
  run,
};

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureOverload, type OverloadRun } from './sip-server-overload.ts';

/**
 * `node loadtest/dist/sip-server-overload-main.js [--seconds 15] [--best calls/s] [--server main.js]`: exit code 1 unless at
 * least 80 % of the best rate goes on being completed at twice that rate; three times is told too.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    best: { type: 'string' },
    server: { type: 'string' },
  },
});
const LEAST_SHARE = 0.8;
const dir = mkdtempSync(join(tmpdir(), 'trunkline-sip-overload-'));
let count = 0;

function newFolder(): string {
  count += 1;
  const folder = join(dir, String(count));
  mkdirSync(folder);
  return folder;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const { best_per_s, runs } = await measureOverload({
    newFolder,
    duration_s: Number(values.seconds),
    best_per_s: values.best === undefined ? undefined : Number(values.best),
    main: values.server,
    told: say,
  });
  const share = ({ result }: OverloadRun): number => result.rates.completed_per_s / best_per_s;
  const good = best_per_s > 0 && runs.every((run) => run.factor !== 2 || share(run) >= LEAST_SHARE);
  const each = runs.map((run) => {
    const { rates, carrier, elapsed_s } = run.result;
    return (
      `${run.factor}x: ${rates.completed_per_s.toFixed(0)} completed/s (${(share(run) * 100).toFixed(0)} %), ` +
      `${rates.shed_per_s.toFixed(0)} shed/s, ${(carrier.failed / elapsed_s).toFixed(1)} failed/s, ` +
      `${carrier.retransmissions} retransmissions`
    );
  });
  say(`${good ? 'GOOD' : 'BAD'} overload: best ${best_per_s} calls/s; ${each.join('; ')}`);
  process.exitCode = good ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}

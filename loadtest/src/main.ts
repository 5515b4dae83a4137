import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { type CallLoadResult, runCallLoad } from './call-load.ts';

/** `node loadtest/dist/main.js [calls per second] [seconds] [hold in ms …]`: one stack, one run for each hold. */
const [rate = '50', duration = '60', ...holds] = process.argv.slice(2);
const root = fileURLToPath(new URL('../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'trunkline-load-'));

const stack = await startTemporaryStack({ env: process.env });
let failed = false;
try {
  for (const hold of holds.length === 0 ? ['0', '10000'] : holds) {
    const options = { rate_per_s: Number(rate), duration_s: Number(duration), hold_ms: Number(hold) };
    const folder = join(dir, `hold-${hold}`);
    const result = await runCallLoad(stack, { ...options, scenarios: join(root, 'loadtest/scenarios'), folder });
    failed ||= !clean(result);
    process.stdout.write(report(options, result));
  }
} finally {
  await stack.stop();
  rmSync(dir, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

function clean({ calls, carrier, left, records }: CallLoadResult): boolean {
  const leftovers = left.calls + left.dialogs + left.rtpengine_sessions;
  return carrier.successful === calls && carrier.failed === 0 && leftovers === 0 && records['completed'] === calls;
}

function report(options: { rate_per_s: number; duration_s: number; hold_ms: number }, result: CallLoadResult): string {
  const { rate_per_s, duration_s, hold_ms } = options;
  const lines = [
    `${rate_per_s} calls/s for ${duration_s} s, hold ${hold_ms} ms: ${clean(result) ? 'clean' : 'NOT CLEAN'}`,
    `  carrier  ${result.carrier.successful} of ${result.calls} successful, ${result.carrier.failed} failed, ` +
      `${result.carrier.retransmissions} retransmissions, answer after ${result.carrier.mean_answer_ms ?? '?'} ms on average`,
    `  records  ${JSON.stringify(result.records)}`,
    `  left     ${JSON.stringify(result.left)}`,
    ...Object.entries(result.use).map(([name, { before, after }]) => {
      const cpu_ms = ((after.cpu_s - before.cpu_s) * 1_000) / result.calls;
      return `  ${name.padEnd(12)} ${cpu_ms.toFixed(2)} ms CPU a call, memory ${before.rss_mb} -> ${after.rss_mb} MB`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

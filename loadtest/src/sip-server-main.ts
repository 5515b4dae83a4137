import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runSipServerLoad, type SipServerLoadResult, type Use } from './sip-server-load.ts';
import { measureMemory } from './sip-server-memory.ts';

/**
 * `node loadtest/dist/sip-server-main.js [--rate 350] [--seconds 10] [--hold 0]… [--server main.js]… [--profile file]`:
 * a run for each hold and server, servers taking turns; or `--memory calls`.
 */
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '350' },
    seconds: { type: 'string', default: '10' },
    hold: { type: 'string', multiple: true, default: ['0'] },
    runs: { type: 'string', default: '1' },
    server: { type: 'string', multiple: true, default: [] },
    profile: { type: 'string' },
    memory: { type: 'string' },
  },
});
const servers = values.server.length === 0 ? [undefined] : values.server;
const dir = mkdtempSync(join(tmpdir(), 'trunkline-sip-load-'));
let count = 0;
let failed = false;

function newFolder(): string {
  count += 1;
  const folder = join(dir, String(count));
  mkdirSync(folder);
  return folder;
}

async function memory(calls: number): Promise<void> {
  for (const main of servers) {
    const options = { calls, rate_per_s: Number(values.rate), folder: newFolder(), main };
    const { before_bytes, after_bytes } = await measureMemory(options);
    const each = (after_bytes - before_bytes) / calls / 1_024;
    process.stdout.write(`${main ?? ''} ${calls} calls up: ${each.toFixed(1)} KiB a call in use\n`);
  }
}

async function load(): Promise<void> {
  for (const hold of values.hold) {
    for (const main of servers) {
      const run = { rate_per_s: Number(values.rate), duration_s: Number(values.seconds), hold_ms: Number(hold) };
      const probe = values.profile === undefined ? undefined : ({ what: 'profile', file: values.profile } as const);
      const result = await runSipServerLoad({ ...run, folder: newFolder(), main, probe });
      failed ||= result.carrier.successful !== result.calls || result.carrier.shed > 0;
      process.stdout.write(
        `${main ?? ''} ${run.rate_per_s} calls/s, ${run.duration_s} s, hold ${hold} ms: ${report(result)}\n`,
      );
    }
  }
}

function report({ carrier, calls, elapsed_s, server, application, refused_by_reason }: SipServerLoadResult): string {
  const { successful, failed: lost, shed, retransmissions, mean_answer_ms } = carrier;
  const completed = successful - shed;
  return [
    `${completed} of ${calls} completed, ${shed} shed, ${lost} failed, ${retransmissions} retransmissions,`,
    `${(completed / elapsed_s).toFixed(0)} completed/s, answer after ${mean_answer_ms ?? '?'} ms;`,
    `server ${cost(server)}; application ${cost(application)}; refused ${JSON.stringify(refused_by_reason)}`,
  ].join(' ');
}

const cost = ({ cpu_ms_per_call, rss_mb_before, rss_mb_after }: Use): string =>
  `${cpu_ms_per_call.toFixed(3)} ms CPU a call, ${rss_mb_before} -> ${rss_mb_after} MB`;

try {
  for (let run = 0; run < Number(values.runs); run += 1) {
    if (values.memory === undefined) await load();
    else await memory(Number(values.memory));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

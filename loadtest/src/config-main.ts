import { fileURLToPath } from 'node:url';
import { systemClock } from '@trunkline/runtime/clock';
import { changeOnEdge, measureScale } from './config-scale.ts';

/** `node loadtest/dist/config-main.js [accounts] [trunks of each] [numbers of each trunk] [requests] [changes] [folder for profiles]` */
const [accounts = 11, trunks_per_account = 9_100, numbers_per_trunk = 10, requests = 500, changes = 1_000] =
  process.argv.slice(2, 7).map(Number);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const result = await measureScale({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  clock: systemClock,
  accounts,
  trunks_per_account,
  numbers_per_trunk,
  requests,
  changes,
  profile: process.argv[7],
  say,
});
const { published, compiled, times, change_cpu_ms, after_mb, longest_pause_ms } = result;

/** What each figure has to stay under. */
const most = { median_ms: 50, change_p99_ms: 50, compile_s: 10, edge_mb: 1_000 };
let isWithin = true;
const judged = (value: number, limit: number, unit: string): string => {
  isWithin &&= value < limit;
  return `${value.toFixed(1)} ${unit} (${value < limit ? 'under' : 'NOT UNDER'} ${limit})`;
};
const sorted = (values: readonly number[]): readonly number[] => [...values].sort((left, right) => left - right);
const at = (values: readonly number[], share: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
const tail = (values: readonly number[]): string =>
  `p90 ${at(values, 0.9).toFixed(1)}, p99 ${at(values, 0.99).toFixed(1)}, most ${at(values, 1).toFixed(1)} ms of ${values.length}`;

const trunks = accounts * trunks_per_account;
say(`trunks ${trunks}, numbers ${trunks * numbers_per_trunk}`);
say(
  `config, publishing all to an empty NATS: ${published.took_s.toFixed(1)} s, CPU ${published.cpu_s.toFixed(1)} s, ${published.rss_mb} MB`,
);
say(
  `edge, compiling, from its start: ${judged(compiled.took_s, most.compile_s, 's')}, CPU ${compiled.cpu_s.toFixed(1)} s`,
);
say(
  `edge, resident when compiled: ${judged(compiled.rss_mb, most.edge_mb, 'MB')}, after the changes ${after_mb.edge} MB`,
);
for (const [what, taken] of Object.entries(times)) {
  if (what === changeOnEdge) continue;
  const isWhole = what === 'list of a whole account';
  const median = isWhole ? `${at(taken, 0.5).toFixed(1)} ms` : judged(at(taken, 0.5), most.median_ms, 'ms');
  say(`${what}: median ${median}, ${tail(taken)}`);
}
const applied = times[changeOnEdge] ?? [];
const p99 = judged(at(applied, 0.99), most.change_p99_ms, 'ms');
say(`${changeOnEdge}: p99 ${p99}, median ${at(applied, 0.5).toFixed(1)}, ${tail(applied)}`);
say(
  `CPU of a change: config ${change_cpu_ms.config.toFixed(1)} ms, edge ${change_cpu_ms.edge.toFixed(1)} ms; config resident ${after_mb.config} MB`,
);
say(
  `longest pause while changes were made: config ${longest_pause_ms.config.toFixed(0)} ms, edge ${longest_pause_ms.edge.toFixed(0)} ms`,
);
const edges = [0, 5, 10, 15, 20, 30, 40, 50, 100, Number.POSITIVE_INFINITY];
edges.slice(1).forEach((to, index) => {
  const from = edges[index] ?? 0;
  const count = applied.filter((ms) => ms >= from && ms < to).length;
  const bar = '#'.repeat(Math.round((count * 60) / Math.max(1, applied.length)));
  say(`  ${String(from).padStart(3)} to ${String(to).padStart(8)} ms ${String(count).padStart(5)} ${bar}`);
});
process.exitCode = isWithin ? 0 : 1;

import { fileURLToPath } from 'node:url';
import { systemClock } from '@trunkline/runtime/clock';
import { measureScale } from './config-scale.ts';

/** `node loadtest/dist/config-main.js [accounts] [trunks of each] [numbers of each trunk] [requests] [changes]` */
const [accounts = 10, trunks_per_account = 9_900, numbers_per_trunk = 10, requests = 500, changes = 1_000] =
  process.argv.slice(2).map(Number);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const result = await measureScale({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  clock: systemClock,
  accounts,
  trunks_per_account,
  numbers_per_trunk,
  requests,
  changes,
  say,
});

const { published_s, compiled_s, compiled_cpu_s, edge_mb, config_mb, times } = result;
say(`${accounts * trunks_per_account} trunks, ${accounts * trunks_per_account * numbers_per_trunk} numbers`);
say(
  `published by config ${published_s.toFixed(1)} s after its start; compiled by the edge ${compiled_s.toFixed(1)} s after its start, with ${compiled_cpu_s.toFixed(1)} s of CPU`,
);
say(`resident: edge ${edge_mb} MB, config ${config_mb} MB`);
for (const [what, taken] of Object.entries(times)) {
  const sorted = [...taken].sort((left, right) => left - right);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  say(
    `${what.padEnd(28)} n ${sorted.length}  p50 ${at(0.5)} ms  p90 ${at(0.9)} ms  p99 ${at(0.99)} ms  max ${at(1)} ms`,
  );
}
const applied = times['change applied on the edge'] ?? [];
for (const [from, to] of [
  [0, 5],
  [5, 10],
  [10, 15],
  [15, 20],
  [20, 30],
  [30, 40],
  [40, 50],
  [50, 100],
  [100, Number.POSITIVE_INFINITY],
] as const) {
  const count = applied.filter((ms) => ms >= from && ms < to).length;
  say(
    `  ${String(from).padStart(3)} to ${String(to).padStart(8)} ms ${String(count).padStart(5)} ${'#'.repeat(Math.round((count * 60) / Math.max(1, applied.length)))}`,
  );
}

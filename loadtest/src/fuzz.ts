import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fuzzInProcess } from './fuzz-in-process.ts';
import { readFuzzSeeds } from './fuzz-seeds.ts';
import { fuzzWire } from './fuzz-wire.ts';
import { processUse } from './process-use.ts';

/** `node loadtest/dist/fuzz.js --seed 1 --datagrams 100000 --chunks 10000 [--batch 7] [--wire-rounds 2 --wire-datagrams 100000 --wire-chunks 10000]` */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    datagrams: { type: 'string', default: '100000' },
    chunks: { type: 'string', default: '10000' },
    batch: { type: 'string' },
    'wire-rounds': { type: 'string', default: '0' },
    'wire-datagrams': { type: 'string', default: '100000' },
    'wire-chunks': { type: 'string', default: '10000' },
  },
});
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

let rejections = 0;
process.on('unhandledRejection', (error) => {
  rejections += 1;
  say(`unhandled rejection: ${error instanceof Error ? error.stack : String(error)}`);
});

const before = processUse(process.pid);
let batches = 0;
const result = await fuzzInProcess({
  seed: Number(values.seed),
  datagrams: Number(values.datagrams),
  chunks: Number(values.chunks),
  seeds: readFuzzSeeds(`${root}/test/torture/messages`),
  batch: values.batch === undefined ? undefined : Number(values.batch),
  progress: (done) => {
    batches += 1;
    if (batches % 50 === 0) say(`${done}, ${processUse(process.pid).rss_mb} MB`);
  },
});
const after = processUse(process.pid);
say(JSON.stringify(result));
say(
  `${(after.cpu_s - before.cpu_s).toFixed(1)} s CPU, memory ${before.rss_mb} -> ${after.rss_mb} MB, ${rejections} unhandled rejections`,
);
const rounds = Number(values['wire-rounds']);
if (rounds > 0) {
  const { rounds: _, ...wire } = await fuzzWire({
    root,
    rounds,
    seed: Number(values.seed),
    datagrams: Number(values['wire-datagrams']),
    chunks: Number(values['wire-chunks']),
    seeds: readFuzzSeeds(`${root}/test/torture/messages`),
    progress: (round) => say(JSON.stringify(round)),
  });
  say(JSON.stringify(wire));
}
process.exitCode = rejections === 0 ? 0 : 1;

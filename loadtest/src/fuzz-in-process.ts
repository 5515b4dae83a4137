import { runDatagrams } from './fuzz-batch.ts';
import { createFuzzCore } from './fuzz-core.ts';
import { FuzzRandom } from './fuzz-random.ts';
import type { FuzzSeeds } from './fuzz-seeds.ts';
import { runChunks } from './fuzz-stream.ts';

/** Of datagrams or chunks; after each batch nothing may be left, and each can be run again alone. */
export const BATCH = 10_000;
/** Streams of chance of their own, apart from those of datagrams. */
const CHUNK_STREAM = 0x4000_0000;

export interface InProcessOptions {
  readonly seed: number;
  readonly datagrams: number;
  readonly chunks: number;
  readonly seeds: FuzzSeeds;
  /** Only this batch: datagram batches come first. */
  readonly batch?: number | undefined;
  readonly progress?: (done: string) => void;
}

export interface InProcessResult {
  datagrams: number;
  well_formed: number;
  malformed: number;
  follow_ups: number;
  streams: number;
  chunks: number;
  messages: number;
  broken: number;
  reached: Readonly<Record<string, number>>;
}

/** Runs it all through one core; rejects with the batch and the bytes at the first thing that is wrong. */
export async function fuzzInProcess(options: InProcessOptions): Promise<InProcessResult> {
  const { seed, datagrams, chunks, seeds, progress = () => {} } = options;
  const core = createFuzzCore(new FuzzRandom(seed));
  const total = {
    datagrams: 0,
    ...{ well_formed: 0, malformed: 0, follow_ups: 0 },
    ...{ streams: 0, chunks: 0, messages: 0, broken: 0, reached: core.reached },
  };
  const datagram_batches = Math.ceil(datagrams / BATCH);
  const batches = datagram_batches + Math.ceil(chunks / BATCH);
  for (
    let batch = options.batch ?? 0;
    batch < (options.batch === undefined ? batches : options.batch + 1);
    batch += 1
  ) {
    const ofChunks = batch - datagram_batches;
    try {
      if (ofChunks < 0) {
        const size = Math.min(BATCH, datagrams - batch * BATCH);
        addTo(total, await runDatagrams(core, new FuzzRandom(seed, batch), seeds, size));
        total.datagrams += size;
      } else {
        const size = Math.min(BATCH, chunks - ofChunks * BATCH);
        addTo(total, await runChunks(core, new FuzzRandom(seed, CHUNK_STREAM + ofChunks), seeds, size));
      }
    } catch (error) {
      throw new Error(`seed ${seed}, batch ${batch}: ${error instanceof Error ? error.message : String(error)}`);
    }
    progress(`${total.datagrams} datagrams, ${total.chunks} chunks`);
  }
  return total;
}

type Counted = Omit<InProcessResult, 'reached'>;

function addTo(total: Counted, counts: Partial<Counted>): void {
  for (const name of Object.keys(counts) as (keyof Counted)[]) total[name] += counts[name] ?? 0;
}

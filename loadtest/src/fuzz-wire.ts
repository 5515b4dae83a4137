import { systemClock } from '@trunkline/runtime/clock';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { createGoodCalls, type GoodCalls } from './fuzz-good-calls.ts';
import { FuzzRandom } from './fuzz-random.ts';
import type { FuzzSeeds } from './fuzz-seeds.ts';
import { type FuzzTarget, startFuzzTarget, sumOf } from './fuzz-target.ts';
import { fuzzTcp, type TcpCounts } from './fuzz-wire-tcp.ts';
import { openUdpFuzzer } from './fuzz-wire-udp.ts';
import { processUse } from './process-use.ts';

export interface WireOptions {
  readonly root: string;
  readonly seed: number;
  /** Each round sends this much to the same server, which has nothing left of it before the next. */
  readonly rounds: number;
  readonly datagrams: number;
  readonly chunks: number;
  readonly seeds: FuzzSeeds;
  readonly progress?: (round: RoundResult) => void;
}

export interface RoundResult {
  readonly seconds: number;
  /** Datagrams that came back. */
  readonly answers: number;
  readonly tcp: TcpCounts;
  /** A call that was up all the while was ended with this. */
  readonly long_call_bye: number;
  /** Gauges once all timers have run out. */
  readonly left: Readonly<Record<string, number>>;
  /** Memory of the server: when all was sent, and when nothing is left. */
  readonly rss_mb: { readonly sent: number; readonly idle: number };
  /** After a garbage collection. */
  readonly heap_used_mb: number;
}

export interface WireResult {
  readonly rounds: readonly RoundResult[];
  /** Messages that the server counted, malformed ones included. */
  readonly received: number;
  readonly calls: Pick<GoodCalls, 'made' | 'failed' | 'slowest_ms'>;
  readonly server_cpu_s: number;
  /** What the server wrote at level warn or above. */
  readonly log: string;
}

/** Milliseconds for transactions and unacknowledged calls that were begun at the end. */
const DRAIN_MS = 180_000;
const GAUGES = ['transactions', 'dialogs', 'pending_requests', 'connections', 'impossible_events'] as const;

/** Fuzz over UDP and TCP against the real server, with good calls before, during and after. Rejects when a process ends. */
export async function fuzzWire(options: WireOptions): Promise<WireResult> {
  const good = await createGoodCalls();
  const target = await startFuzzTarget(options.root, good.callee);
  try {
    const rounds: RoundResult[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const result = await runRound(options, target, good, round);
      rounds.push(result);
      options.progress?.(result);
    }
    const received = sumOf(await target.metrics(), 'trunkline_sip_messages_received_total');
    const calls = { made: good.made, failed: good.failed, slowest_ms: good.slowest_ms };
    return { rounds, received, calls, server_cpu_s: processUse(target.server.pid).cpu_s, log: target.server.log() };
  } finally {
    await target.stop();
    await good.close();
  }
}

async function runRound(
  { seed, datagrams, chunks, seeds }: WireOptions,
  target: FuzzTarget,
  good: GoodCalls,
  round: number,
): Promise<RoundResult> {
  const { sip_port, server } = target;
  const application = await target.startApplication();
  try {
    const long = await good.call(sip_port);
    const udp = await openUdpFuzzer(sip_port, new FuzzRandom(seed, 2 * round), seeds);
    const began = systemClock.now();
    const calling = good.keepCalling(sip_port);
    const streams = fuzzTcp(sip_port, new FuzzRandom(seed, 2 * round + 1), seeds, chunks);
    await Promise.all([udp.send(datagrams), streams]);
    await calling.stop();
    const seconds = (systemClock.now() - began) / 1_000;
    const sent = processUse(server.pid).rss_mb;
    const answers = udp.heard;
    await udp.close();
    const long_call_bye = await long.hangUp();
    await (await good.call(sip_port)).hangUp();
    // Calls that the fuzz set up are up: their application goes, and the server ends them.
    await application.stop();
    const left = await drained(target);
    if (server.exit !== undefined) throw new Error(`the server ended: ${server.log().slice(-4_000)}`);
    const heap_used_mb = await heapInUse(target);
    const rss_mb = { sent, idle: processUse(server.pid).rss_mb };
    return { seconds, answers, tcp: await streams, long_call_bye, left, rss_mb, heap_used_mb };
  } finally {
    await application.stop();
  }
}

async function heapInUse({ server, metrics }: FuzzTarget): Promise<number> {
  server.kill('SIGUSR2');
  // The first answer may have overtaken the collection.
  await metrics();
  return Math.round(sumOf(await metrics(), 'nodejs_heap_size_used_bytes') / 2 ** 20);
}

/** The gauges when they are all 0, or what they are at the deadline. */
async function drained({ metrics }: FuzzTarget): Promise<Record<string, number>> {
  let left: Record<string, number> = {};
  const read = async (): Promise<boolean> => {
    const now = await metrics();
    left = Object.fromEntries(GAUGES.map((name) => [name, sumOf(now, `trunkline_sip_${name}`)]));
    return Object.values(left).every((value) => value === 0);
  };
  await waitUntil(read, { what: 'nothing to be left', deadline_ms: DRAIN_MS }).catch(() => {});
  return left;
}

import { systemClock } from '@trunkline/runtime/clock';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { createGoodCalls } from './fuzz-good-calls.ts';
import { FuzzRandom } from './fuzz-random.ts';
import type { FuzzSeeds } from './fuzz-seeds.ts';
import { startFuzzTarget, sumOf } from './fuzz-target.ts';
import { fuzzTcp, type TcpCounts } from './fuzz-wire-tcp.ts';
import { openUdpFuzzer } from './fuzz-wire-udp.ts';
import { processUse } from './process-use.ts';

export interface WireOptions {
  readonly root: string;
  readonly seed: number;
  readonly datagrams: number;
  readonly chunks: number;
  readonly seeds: FuzzSeeds;
}

export interface WireResult {
  readonly datagrams: number;
  readonly answers: number;
  readonly tcp: TcpCounts;
  /** Messages that the server counted, malformed ones included. */
  readonly received: number;
  readonly seconds: number;
  readonly calls: { readonly made: number; readonly failed: readonly string[]; readonly slowest_ms: number };
  /** A call that was up all the while was ended with this. */
  readonly long_call_bye: number;
  readonly rss_mb: { readonly started: number; readonly warm: number; readonly after: number; readonly idle: number };
  readonly server_cpu_s: number;
  /** Gauges once all timers have run out. */
  readonly left: Readonly<Record<string, number>>;
  /** What the server wrote at level warn or above. */
  readonly log: string;
}

/** Milliseconds for transactions, unacknowledged calls and session timers that were begun at the end. */
const DRAIN_MS = 180_000;
const GAUGES = ['transactions', 'dialogs', 'pending_requests', 'connections', 'impossible_events'] as const;

/** Fuzz over UDP and TCP against the real server, with good calls before, during and after. Rejects when a process ends. */
export async function fuzzWire(options: WireOptions): Promise<WireResult> {
  const { root, seed, datagrams, chunks, seeds } = options;
  const good = await createGoodCalls();
  const target = await startFuzzTarget(root, good.callee);
  try {
    const { pid } = target.server;
    const started = processUse(pid);
    const long = await good.call(target.sip_port);
    const udp = await openUdpFuzzer(target.sip_port, new FuzzRandom(seed, 1), seeds);
    // Code is compiled and buffers grow with the first of them.
    await udp.send(Math.min(20_000, datagrams));
    const warm = processUse(pid);
    const began = systemClock.now();
    const calling = good.keepCalling(target.sip_port);
    const [, tcp] = await Promise.all([
      udp.send(Math.max(0, datagrams - 20_000)),
      fuzzTcp(target.sip_port, new FuzzRandom(seed, 2), seeds, chunks),
    ]);
    await calling.stop();
    const seconds = (systemClock.now() - began) / 1_000;
    const after = processUse(pid);
    const answers = udp.heard;
    await udp.close();
    const long_call_bye = await long.hangUp();
    await (await good.call(target.sip_port)).hangUp();
    const received = sumOf(await target.metrics(), 'trunkline_sip_messages_received_total');
    // Calls that the fuzz set up are up: their application goes, and the server ends them.
    await target.application.stop();
    const left = await drained(target.metrics);
    if (target.server.exit !== undefined) throw new Error(`the server ended: ${target.server.log().slice(-4_000)}`);
    return {
      ...{ datagrams, answers, tcp, received, seconds, long_call_bye, left },
      calls: { made: good.made, failed: good.failed, slowest_ms: good.slowest_ms },
      rss_mb: { started: started.rss_mb, warm: warm.rss_mb, after: after.rss_mb, idle: processUse(pid).rss_mb },
      server_cpu_s: after.cpu_s - started.cpu_s,
      log: target.server.log(),
    };
  } finally {
    await target.stop();
    await good.close();
  }
}

/** The gauges when they are all 0, or what they are at the deadline. */
async function drained(metrics: () => Promise<Readonly<Record<string, number>>>): Promise<Record<string, number>> {
  let left: Record<string, number> = {};
  const read = async (): Promise<boolean> => {
    const now = await metrics();
    left = Object.fromEntries(GAUGES.map((name) => [name, sumOf(now, `trunkline_sip_${name}`)]));
    return Object.values(left).every((value) => value === 0);
  };
  await waitUntil(read, { what: 'nothing to be left', deadline_ms: DRAIN_MS }).catch(() => {});
  return left;
}

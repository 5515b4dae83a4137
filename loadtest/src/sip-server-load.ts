import { systemClock } from '@trunkline/runtime/clock';
import { type ProcessUse, processUse } from './process-use.ts';
import { type SipServerParts, type SipServerPartsOptions, scenario, startSipServerParts } from './sip-server-parts.ts';
import { SIPP_BUFFER, type Sipp, type SippCounts, type SippMoment, startSipp } from './sipp.ts';

export interface SipServerLoadOptions extends SipServerPartsOptions {
  readonly rate_per_s: number;
  readonly duration_s: number;
  readonly hold_ms: number;
  /** Begin with calls that do not count, until the programs are compiled and their memory is grown. */
  readonly warm?: boolean;
}

export interface SipServerLoadResult {
  readonly calls: number;
  readonly carrier: SippCounts;
  /** From the first call to the end of the last. */
  readonly elapsed_s: number;
  /** What came of calls a second, while calls were offered: those that ended later do not count. */
  readonly rates: Rates;
  readonly server: Use;
  readonly application: Use;
  /** Requests that the server answered itself. */
  readonly refused_by_reason: Readonly<Record<string, number>>;
}

export interface Rates {
  readonly offered_per_s: number;
  readonly completed_per_s: number;
  readonly shed_per_s: number;
}

export interface Use {
  readonly cpu_ms_per_call: number;
  readonly rss_mb_before: number;
  readonly rss_mb_after: number;
}

const address = '127.0.0.1';
/** Beyond the calls themselves: for those that wait for retransmissions. */
const grace_ms = 60_000;

/** One run: so many calls a second for so long, through the server and a bare B2BUA, from SIPp to SIPp. */
export async function runSipServerLoad(options: SipServerLoadOptions): Promise<SipServerLoadResult> {
  const { rate_per_s, duration_s, hold_ms, folder } = options;
  const parts = await startSipServerParts(options);
  try {
    if (options.warm === true) await call(parts, { name: 'warmth', folder, hold_ms: 0, ...WARMTH });
    const calls = rate_per_s * duration_s;
    const pids = { server: parts.server.pid, application: parts.application.pid };
    const before = { server: processUse(pids.server), application: processUse(pids.application) };
    if (options.probe?.what === 'profile') parts.server.kill('SIGUSR2');
    const started = systemClock.now();
    const carrier = await call(parts, { name: 'carrier', folder, rate_per_s, duration_s, hold_ms });
    const elapsed_s = (systemClock.now() - started) / 1_000;
    if (options.probe?.what === 'profile') parts.server.kill('SIGUSR2');
    const metrics = await parts.metrics();
    return {
      calls,
      carrier: carrier.counts(),
      elapsed_s,
      rates: ratesWhileOffered(carrier.history(), calls),
      server: use(before.server, processUse(pids.server), calls),
      application: use(before.application, processUse(pids.application), calls),
      refused_by_reason: refusals(metrics),
    };
  } finally {
    await parts.stop();
  }
}

const WARMTH = { rate_per_s: 200, duration_s: 8 } as const;

/** Places calls and waits for the end of the last. */
async function call(
  { sip }: SipServerParts,
  run: Pick<SipServerLoadOptions, 'folder' | 'rate_per_s' | 'duration_s' | 'hold_ms'> & { readonly name: string },
): Promise<Sipp> {
  const { name, folder, rate_per_s, duration_s, hold_ms } = run;
  const carrier = await startSipp({
    name,
    scenario: scenario('carrier-shed'),
    address,
    folder,
    target: sip,
    args: [
      ...['-s', '1000', '-r', String(rate_per_s), '-m', String(rate_per_s * duration_s), '-d', String(hold_ms)],
      // Calls that are still waiting for something at the end of the grace are neither successful nor failed.
      ...['-l', '20000', '-timeout', `${duration_s + Math.ceil((hold_ms + grace_ms) / 1_000)}s`, ...SIPP_BUFFER],
    ],
  });
  await carrier.program.waitForExit(duration_s * 1_000 + hold_ms + 2 * grace_ms);
  return carrier;
}

function ratesWhileOffered(history: readonly SippMoment[], calls: number): Rates {
  const first = history[0];
  const last = history.find(({ created }) => created >= calls) ?? history.at(-1);
  if (first === undefined || last === undefined || last.at_ms <= first.at_ms) {
    return { offered_per_s: 0, completed_per_s: 0, shed_per_s: 0 };
  }
  const seconds = (last.at_ms - first.at_ms) / 1_000;
  const shed = last.shed - first.shed;
  return {
    offered_per_s: (last.created - first.created) / seconds,
    // SIPp counts a call that was shed as successful too.
    completed_per_s: (last.successful - first.successful - shed) / seconds,
    shed_per_s: shed / seconds,
  };
}

const use = (before: ProcessUse, after: ProcessUse, calls: number): Use => ({
  cpu_ms_per_call: ((after.cpu_s - before.cpu_s) * 1_000) / calls,
  rss_mb_before: before.rss_mb,
  rss_mb_after: after.rss_mb,
});

function refusals(metrics: string): Record<string, number> {
  const found = metrics.matchAll(/^trunkline_sip_requests_refused_total\{reason="([^"]*)"[^}]*\} (\d+)$/gm);
  return Object.fromEntries([...found].map(([, reason = '', count = '0']) => [reason, Number(count)]));
}

import { runSipServerLoad, type SipServerLoadResult } from './sip-server-load.ts';
import type { SipServerPartsOptions } from './sip-server-parts.ts';

export interface OverloadOptions extends Omit<SipServerPartsOptions, 'folder'> {
  readonly newFolder: () => string;
  /** Of each run. */
  readonly duration_s: number;
  /** Calls a second that are known to be carried whole; searched for when absent. */
  readonly best_per_s?: number | undefined;
  readonly told: (line: string) => void;
}

export interface OverloadRun {
  /** Of the best rate. */
  readonly factor: number;
  readonly result: SipServerLoadResult;
}

export interface OverloadResult {
  readonly best_per_s: number;
  readonly runs: readonly OverloadRun[];
}

/** Where the search begins, and how finely it ends; calls a second. */
const FIRST_PER_S = 300;
const MOST_PER_S = 4_800;
const STEP_PER_S = 25;
const FACTORS = [2, 3] as const;

/** The highest rate of which every call is completed, then twice and three times that rate; a fresh server for each run. */
export async function measureOverload(options: OverloadOptions): Promise<OverloadResult> {
  const run = async (rate_per_s: number): Promise<SipServerLoadResult> => {
    const { newFolder, duration_s, told } = options;
    const result = await runSipServerLoad({
      ...options,
      folder: newFolder(),
      rate_per_s,
      duration_s,
      hold_ms: 0,
      warm: true,
    });
    told(`${rate_per_s} calls/s offered: ${overloadText(result)}`);
    return result;
  };
  const best_per_s = options.best_per_s ?? (await searchBest(async (rate) => isWhole(await run(rate))));
  const runs: OverloadRun[] = [];
  for (const factor of FACTORS) runs.push({ factor, result: await run(best_per_s * factor) });
  return { best_per_s, runs };
}

const isWhole = ({ carrier, calls }: SipServerLoadResult): boolean =>
  carrier.successful === calls && carrier.shed === 0;

/** Doubles until calls are lost or shed, then halves the interval. */
async function searchBest(carries: (rate_per_s: number) => Promise<boolean>): Promise<number> {
  let good = 0;
  let bad = FIRST_PER_S;
  while (bad < MOST_PER_S && (await carries(bad))) {
    good = bad;
    bad *= 2;
  }
  while (bad - good > STEP_PER_S) {
    const middle = Math.round((good + bad) / 2 / STEP_PER_S) * STEP_PER_S;
    if (await carries(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

export function overloadText({ carrier, calls, rates, refused_by_reason, server }: SipServerLoadResult): string {
  const { failed, shed, retransmissions, successful, mean_answer_ms } = carrier;
  return [
    `${rates.completed_per_s.toFixed(0)} completed/s, ${rates.shed_per_s.toFixed(0)} shed/s,`,
    `${failed} failed, ${retransmissions} retransmissions`,
    `(of ${calls}: ${successful - shed} completed, ${shed} shed; answer after ${mean_answer_ms ?? '?'} ms,`,
    `server ${server.cpu_ms_per_call.toFixed(2)} ms CPU a call offered; refused ${JSON.stringify(refused_by_reason)})`,
  ].join(' ');
}

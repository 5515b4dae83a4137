import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram } from '@trunkline/testkit/child-process';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { z } from 'zod';
import { processUse } from './process-use.ts';
import { type SipServerParts, type SipServerPartsOptions, scenario, startSipServerParts } from './sip-server-parts.ts';
import { SIPP_BUFFER, type SippCounts, startSipp } from './sipp.ts';

export interface FloodOptions extends SipServerPartsOptions {
  readonly flood_per_s: number;
  readonly flood_s: number;
  readonly calls_per_s: number;
}

export interface FloodResult {
  readonly calls: number;
  readonly carrier: SippCounts;
  /** Datagrams that the flood sent, and in how many seconds. */
  readonly sent: number;
  readonly seconds: number;
  /** Of them, those that the server dropped because their source had sent too many. */
  readonly dropped: number;
  /** Datagrams for the server that the kernel dropped: its queue was full. */
  readonly lost_in_kernel: number;
  readonly server_cpu_s: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The flood's; calls come from 127.0.0.1. */
const source = '127.9.9.9';
/** Calls begin before the flood and go on after it. */
const margin_s = 2;
const grace_ms = 60_000;
const report = z.object({ sent: z.number(), seconds: z.number() });

/** Calls from one address, while another floods the server with OPTIONS. */
export async function runFlood(options: FloodOptions): Promise<FloodResult> {
  const { folder, calls_per_s, flood_s } = options;
  const parts = await startSipServerParts(options);
  try {
    const calls = calls_per_s * (flood_s + 2 * margin_s);
    const before = processUse(parts.server.pid);
    const carrier = await startSipp({
      name: 'carrier',
      scenario: scenario('carrier-shed'),
      address: '127.0.0.1',
      folder,
      target: parts.sip,
      args: ['-s', '1000', '-r', String(calls_per_s), '-m', String(calls), '-d', '200', ...SIPP_BUFFER],
    });
    await waitUntil(() => (carrier.history().at(-1)?.successful ?? 0) >= (calls_per_s * margin_s) / 2, {
      what: 'calls to be under way',
      deadline_ms: grace_ms,
    });
    const flood = await runFlooder(parts, options);
    await carrier.program.waitForExit((flood_s + margin_s) * 1_000 + grace_ms);
    return {
      ...flood,
      calls,
      carrier: carrier.counts(),
      dropped: droppedByRate(await parts.metrics()),
      lost_in_kernel: lostInKernel(Number(parts.sip.split(':')[1])),
      server_cpu_s: processUse(parts.server.pid).cpu_s - before.cpu_s,
    };
  } finally {
    await parts.stop();
  }
}

async function runFlooder({ sip }: SipServerParts, { flood_per_s, flood_s }: FloodOptions) {
  const [TARGET_HOST = '', TARGET_PORT = ''] = sip.split(':');
  const program = await startProgram({
    name: 'flood',
    command: process.execPath,
    args: [join(root, 'loadtest/dist/flood-main.js')],
    env: { TARGET_HOST, TARGET_PORT, SOURCE: source, RATE: String(flood_per_s), SECONDS: String(flood_s) },
  });
  await program.waitForExit(flood_s * 1_000 + grace_ms);
  return report.parse(JSON.parse(program.log().trim().split('\n').at(-1) ?? ''));
}

function droppedByRate(metrics: string): number {
  const found = /^trunkline_sip_messages_dropped_total\{reason="source rate"[^}]*\} (\d+)$/m.exec(metrics);
  return Number(found?.[1] ?? 0);
}

/** Last column of /proc/net/udp (proc(5)), of the socket with this port. */
function lostInKernel(port: number): number {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/udp', 'utf8').split('\n');
  const line = lines.map((each) => each.trim().split(/\s+/)).find((columns) => columns[1]?.endsWith(end) === true);
  return Number(line?.at(-1) ?? 0);
}

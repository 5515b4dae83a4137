import { readFileSync } from 'node:fs';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { z } from 'zod';
import { scenario, startSipServerParts } from './sip-server-parts.ts';
import { startSipp } from './sipp.ts';

export interface SipServerMemory {
  readonly dialogs: number;
  /** What is in use after a garbage collection, heap and buffers. */
  readonly before_bytes: number;
  readonly after_bytes: number;
}

const used = z.object({ heapUsed: z.number(), external: z.number() });
/** Transactions linger for 64*T1, 32 s, after the calls are up. */
const linger_ms = 45_000;

/** Puts `calls` calls up and measures, with none and with all of them, what the server holds. */
export async function measureMemory(options: {
  readonly folder: string;
  readonly main?: string | undefined;
  readonly calls: number;
  readonly rate_per_s: number;
}): Promise<SipServerMemory> {
  const { folder, calls, rate_per_s } = options;
  const file = `${folder}/memory.json`;
  const parts = await startSipServerParts({ ...options, probe: { what: 'memory', file } });
  const read = async (): Promise<number> => {
    const earlier = tryRead(file);
    parts.server.kill('SIGUSR2');
    await waitUntil(() => tryRead(file) !== earlier, { what: 'the memory to be written', deadline_ms: 20_000 });
    const { heapUsed, external } = used.parse(JSON.parse(readFileSync(file, 'utf8')));
    return heapUsed + external;
  };
  try {
    const before_bytes = await read();
    const up_ms = (calls / rate_per_s) * 1_000;
    const carrier = await startSipp({
      name: 'carrier',
      scenario: scenario('carrier'),
      address: '127.0.0.1',
      folder,
      target: parts.sip,
      args: ['-s', '1000', '-r', String(rate_per_s), '-m', String(calls), '-d', '600000', '-l', String(2 * calls)],
    });
    const gauge = async (name: string): Promise<number> => sum(await parts.metrics(), name);
    await waitUntil(async () => (await gauge('trunkline_sip_dialogs')) === 2 * calls, {
      what: 'all calls to be up',
      deadline_ms: up_ms + 60_000,
    });
    await waitUntil(async () => (await gauge('trunkline_sip_transactions')) === 0, {
      what: 'all transactions to be over',
      deadline_ms: linger_ms,
    });
    const after_bytes = await read();
    carrier.program.kill('SIGKILL');
    return { dialogs: 2 * calls, before_bytes, after_bytes };
  } finally {
    await parts.stop();
  }
}

function sum(metrics: string, name: string): number {
  const values = [...metrics.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'gm'))];
  return values.reduce((total, [, value]) => total + Number(value), 0);
}

function tryRead(file: string): string | undefined {
  try {
    return `${readFileSync(file, 'utf8')}`;
  } catch {
    return undefined;
  }
}

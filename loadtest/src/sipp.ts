import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';

/** A SIPp process at its own address. */
export interface Sipp {
  readonly program: Program;
  readonly port: number;
  /** What it counted, from its statistics file; written every second and at the end. */
  counts(): SippCounts;
}

export interface SippCounts {
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
  readonly unexpected: number;
  /** Calls that a scenario counts as refused for want of capacity. */
  readonly shed: number;
  /** Milliseconds, as SIPp's columns have it. */
  readonly mean_answer_ms: number | null;
}

export interface SippOptions {
  readonly name: string;
  readonly scenario: string;
  readonly address: string;
  /** Where statistics and errors are written. */
  readonly folder: string;
  readonly args?: readonly string[];
  /** `host:port` of the far end, for a scenario that calls. */
  readonly target?: string;
}

export async function startSipp(options: SippOptions): Promise<Sipp> {
  const { name, scenario, address, folder, target } = options;
  const port = await freePort(address);
  const statistics = join(folder, `${name}.csv`);
  const program = await startProgram({
    name: `sipp ${name}`,
    command: 'sipp',
    cwd: folder,
    args: [
      ...(target === undefined ? [] : [target]),
      ...['-sf', scenario, '-i', address, '-p', String(port), '-mi', address, '-nostdin'],
      ...['-trace_stat', '-stf', statistics, '-fd', '1', '-trace_err', '-error_file', join(folder, `${name}.errors`)],
      ...(options.args ?? []),
    ],
  });
  return { program, port, counts: () => readCounts(statistics) };
}

/** The last line of SIPp's CSV: columns ending in (C) count from the start. */
function readCounts(file: string): SippCounts {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const names = (lines[0] ?? '').split(';');
  const values = (lines.length > 1 ? (lines.at(-1) ?? '') : '').split(';');
  const text = (name: string): string => values[names.indexOf(name)] ?? '';
  const count = (name: string): number => Number.parseInt(text(name), 10) || 0;
  return {
    successful: count('SuccessfulCall(C)'),
    failed: count('FailedCall(C)'),
    retransmissions: count('Retransmissions(C)'),
    unexpected: count('FailedUnexpectedMessage(C)'),
    shed: count('shed(C)') || count('GenericCounter1(C)'),
    mean_answer_ms: duration_ms(text('ResponseTimeanswer(C)')),
  };
}

/** `00:00:00:012000`: hours, minutes, seconds, microseconds. */
function duration_ms(text: string): number | null {
  const [hours, minutes, seconds, micros] = text.split(':').map(Number);
  if (hours === undefined || minutes === undefined || seconds === undefined || micros === undefined) return null;
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1_000 + micros / 1_000);
}

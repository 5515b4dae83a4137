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
  /** The same, second by second. */
  history(): readonly SippMoment[];
}

/** Where SIPp stood at one moment, counted from its start. */
export interface SippMoment {
  readonly at_ms: number;
  readonly created: number;
  readonly successful: number;
  readonly failed: number;
  readonly shed: number;
}

/** So that a burst does not overflow the generator, whose buffers are small otherwise: bytes of a socket's queues. */
export const SIPP_BUFFER = ['-buff_size', '2097152'] as const;

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
  return { program, port, counts: () => readCounts(statistics), history: () => readHistory(statistics) };
}

/** One line of SIPp's CSV, by the names of its columns. */
type Row = (name: string) => string;

function readRows(file: string): readonly Row[] {
  const [names = [], ...lines] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(';'));
  return lines.map((values) => (name) => values[names.indexOf(name)] ?? '');
}

const count = (row: Row, name: string): number => Number.parseInt(row(name), 10) || 0;
const shedCalls = (row: Row): number => count(row, 'shed(C)') || count(row, 'GenericCounter1(C)');

function readHistory(file: string): readonly SippMoment[] {
  return readRows(file).map((row) => ({
    // Date, time and seconds since 1970 with fraction, separated by tabs.
    at_ms: Number(row('CurrentTime').split('\t')[2]) * 1_000,
    created: count(row, 'TotalCallCreated'),
    successful: count(row, 'SuccessfulCall(C)'),
    failed: count(row, 'FailedCall(C)'),
    shed: shedCalls(row),
  }));
}

/** The last line of SIPp's CSV: columns ending in (C) count from the start. */
function readCounts(file: string): SippCounts {
  const row = readRows(file).at(-1) ?? (() => '');
  return {
    successful: count(row, 'SuccessfulCall(C)'),
    failed: count(row, 'FailedCall(C)'),
    retransmissions: count(row, 'Retransmissions(C)'),
    unexpected: count(row, 'FailedUnexpectedMessage(C)'),
    shed: shedCalls(row),
    mean_answer_ms: duration_ms(row('ResponseTimeanswer(C)')),
  };
}

/** `00:00:00:012000`: hours, minutes, seconds, microseconds. */
function duration_ms(text: string): number | null {
  const [hours, minutes, seconds, micros] = text.split(':').map(Number);
  if (hours === undefined || minutes === undefined || seconds === undefined || micros === undefined) return null;
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1_000 + micros / 1_000);
}

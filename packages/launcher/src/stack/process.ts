import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '@trunkline/runtime/clock';
import { Fault } from '../fault.ts';
import { type WaitCheck, waitUntil, within } from '../wait.ts';

const logLinesShown = 12;
/** After SIGKILL only the kernel is left to wait for. */
const killDeadline_ms = 5_000;

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Another user than ours, for programs that refuse to run as root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly log: string;
  readonly stop_signal: 'SIGTERM' | 'SIGINT';
  readonly stop_deadline_ms: number;
  readonly ready: WaitCheck;
  readonly ready_deadline_ms: number;
}

export interface RunningProcess {
  readonly spec: ProcessSpec;
  readonly pid: number;
  /** How it ended, in words that continue its name: `ended with code 1`. */
  readonly exited: Promise<string>;
  readonly running: () => boolean;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end, and makes it end when it does not within its deadline. */
  stop(): Promise<void>;
}

/** The end of a log, for a person who has to know why. */
export function lastLines(path: string, count = logLinesShown): string[] {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count);
  } catch {
    return [];
  }
}

function openLog(path: string, fresh: boolean): number {
  mkdirSync(dirname(path), { recursive: true });
  try {
    if (fresh) renameSync(path, `${path}.1`);
  } catch {
    // There is no former log.
  }
  return openSync(path, 'a');
}

/** Ends with us, however we end: the kernel sends the child its stop signal when its parent is gone. */
function tied(spec: ProcessSpec): [string, string[]] {
  if (process.platform !== 'linux') return [spec.command, [...spec.args]];
  return ['setpriv', ['--pdeathsig', spec.stop_signal.slice('SIG'.length), '--', spec.command, ...spec.args]];
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started (${error.message})`));
    child.once('exit', (code, signal) => resolve(signal === null ? `ended with code ${code}` : `ended by ${signal}`));
  });
}

function spawnProcess(spec: ProcessSpec, fresh: boolean): Omit<RunningProcess, 'stop'> {
  const log = openLog(spec.log, fresh);
  const [command, args] = tied(spec);
  const child = spawn(command, args, {
    cwd: spec.folder,
    env: { ...spec.env },
    // A session of its own: Ctrl-C reaches the launcher only, which stops its processes in order.
    detached: true,
    stdio: ['ignore', log, log],
    ...spec.user,
  });
  closeSync(log);
  let running = true;
  const exited = endOf(child).then((how) => {
    running = false;
    return how;
  });
  return {
    spec,
    pid: child.pid ?? -1,
    exited,
    running: () => running,
    signal: (signal) => {
      if (running) child.kill(signal);
    },
  };
}

/** Stops listening when `until` is aborted. */
function whenAborted(signal: AbortSignal, until: AbortSignal, sentence: string): Promise<string> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(sentence);
    else signal.addEventListener('abort', () => resolve(sentence), { once: true, signal: until });
  });
}

export interface StartOptions {
  readonly clock: Clock;
  /** Aborted, the process is ended and the start fails. */
  readonly signal: AbortSignal;
  /** Begins a new log and keeps the former one beside it. */
  readonly fresh_log: boolean;
}

/**
 * Starts it and waits until it is ready. Throws a {@link Fault} with the end of its log when it dies before or is not ready
 * in time; nothing is left running then.
 */
export async function startProcess(spec: ProcessSpec, options: StartOptions): Promise<RunningProcess> {
  const { clock, signal } = options;
  const started = spawnProcess(spec, options.fresh_log);
  const running: RunningProcess = {
    ...started,
    async stop() {
      started.signal(spec.stop_signal);
      if ((await within(clock, spec.stop_deadline_ms, started.exited)) !== undefined) return;
      started.signal('SIGKILL');
      await within(clock, killDeadline_ms, started.exited);
    },
  };
  const over = (): boolean => signal.aborted || !started.running();
  const died = started.exited.then((how) => `${spec.name} ${how} before it was ready`);
  const ready = waitUntil(clock, spec.ready_deadline_ms, async () => (over() ? undefined : spec.ready())).then(
    (reason) => reason && `${spec.name} was not ready within ${spec.ready_deadline_ms / 1_000} s: ${reason}`,
  );
  const decided = new AbortController();
  const interrupted = whenAborted(signal, decided.signal, `The start of ${spec.name} was interrupted`);
  const failure = await Promise.race([died, ready, interrupted]);
  decided.abort();
  if (failure === undefined && !over()) return running;
  await running.stop();
  throw new Fault(`${failure ?? (await died)}. Its log is ${spec.log}`, lastLines(spec.log));
}

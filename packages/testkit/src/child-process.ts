import { type ChildProcess, spawn } from 'node:child_process';
import { systemClock } from '@trunkline/runtime/clock';
import { waitUntil } from './wait-until.ts';

export interface ProgramOptions {
  /** For messages: `nats-server`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that was started by a test and does not outlive it. */
export interface Program {
  readonly name: string;
  readonly pid: number;
  /** Undefined while it runs. */
  readonly exit: Exit | undefined;
  /** The last {@link maxLog_bytes} of what it wrote, both streams. */
  log(): string;
  /** Rejects at the deadline, or at once when the program ends, with the end of its log. */
  waitFor(what: string, condition: () => unknown, deadline_ms?: number): Promise<void>;
  waitForLog(pattern: RegExp, deadline_ms?: number): Promise<void>;
  waitForExit(deadline_ms?: number): Promise<Exit>;
  /** Sends the signal and does not wait. */
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL when that does not end it within the deadline. */
  stop(deadline_ms?: number): Promise<Exit>;
}

const maxLog_bytes = 1_000_000;
const shownLog_characters = 2_000;
const defaultDeadline_ms = 10_000;

const running = new Set<ChildProcess>();
let cleaning = false;

/** Whatever way this process ends, save SIGKILL, its children end too. */
function cleanUpAtExit(): void {
  if (cleaning) return;
  cleaning = true;
  process.once('exit', () => {
    for (const child of running) child.kill('SIGKILL');
  });
}

/** Rejects when the program cannot be started at all. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  cleanUpAtExit();
  const { name } = options;
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let text = '';
  let exit: Exit | undefined;
  const keep = (chunk: string): void => {
    text = (text + chunk).slice(-maxLog_bytes);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      exit = { code, signal };
      resolve(exit);
    });
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', (error) => {
      running.delete(child);
      reject(new Error(`${name} cannot be started: ${error.message}`));
    });
    child.once('spawn', () => resolve(child.pid ?? 0));
  });

  const waitFor: Program['waitFor'] = async (what, condition, deadline_ms = defaultDeadline_ms) => {
    const found = (): string => text.slice(-shownLog_characters);
    const met = await waitUntil(async () => (await condition()) || exit, {
      what: `${what} of ${name}`,
      deadline_ms,
      found,
    });
    if (met === exit && !(await condition())) throw new Error(`${name} ended while waiting for ${what}: ${found()}`);
  };
  const waitForExit: Program['waitForExit'] = async (deadline_ms = defaultDeadline_ms) => {
    const late = new Promise<never>((_, reject) => {
      const timer = systemClock.after(deadline_ms, () => reject(new Error(`${name} did not end in ${deadline_ms} ms`)));
      void exited.then(() => timer.cancel());
    });
    return Promise.race([exited, late]);
  };
  return {
    name,
    pid,
    get exit() {
      return exit;
    },
    log: () => text,
    waitFor,
    waitForLog: (pattern, deadline_ms) => waitFor(`${pattern} in the log`, () => pattern.test(text), deadline_ms),
    waitForExit,
    kill: (signal) => void child.kill(signal),
    async stop(deadline_ms = defaultDeadline_ms) {
      if (exit !== undefined) return exit;
      child.kill('SIGTERM');
      return waitForExit(deadline_ms).catch(() => {
        child.kill('SIGKILL');
        return waitForExit();
      });
    },
  };
}

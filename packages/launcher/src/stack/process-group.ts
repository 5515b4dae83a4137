import type { Clock } from '@trunkline/runtime/clock';
import { Fault } from '../fault.ts';
import { pause } from '../wait.ts';
import { lastLines, type ProcessSpec, type RunningProcess, startProcess } from './process.ts';

export interface Death {
  readonly name: string;
  /** Continues the name: `ended with code 1`. */
  readonly how: string;
  readonly log: string;
  readonly last_lines: readonly string[];
}

/** A service that dies this often in a row is broken; restarting it hides why. */
const maxRestarts = 5;
const firstPause_ms = 500;
/** Alive for this long, a service counts as well again. */
const steady_ms = 60_000;

export interface ProcessGroup<Name extends string> {
  /** Starts these side by side and waits until all are ready; at the first failure stops everything and throws it. */
  start(specs: readonly (readonly [Name, ProcessSpec])[]): Promise<void>;
  pid(name: Name): number | undefined;
  kill(name: Name, signal?: NodeJS.Signals): Promise<void>;
  restart(name: Name): Promise<void>;
  readonly death: Promise<Death>;
  /** Reverse order of starting. */
  stop(): Promise<void>;
}

interface Member {
  readonly spec: ProcessSpec;
  process: RunningProcess | undefined;
  /** Its end is wanted: nobody is told. */
  ending: boolean;
  restarts: number;
  started_at: number;
}

/** Keeps processes that belong together; those named in `restartable` are started again when they die. */
export function createProcessGroup<Name extends string>(
  clock: Clock,
  restartable: readonly Name[],
  note: (sentence: string) => void = () => undefined,
): ProcessGroup<Name> {
  const members = new Map<Name, Member>();
  const ending = new AbortController();
  const launching = new Set<Promise<void>>();
  let reportDeath: (death: Death) => void = () => undefined;
  const death = new Promise<Death>((resolve) => {
    reportDeath = resolve;
  });

  const memberOf = (name: Name): Member => {
    const member = members.get(name);
    if (member === undefined) throw new Error(`${name} is not part of this stack`);
    return member;
  };

  async function onEnd(name: Name, member: Member, how: string): Promise<void> {
    if (member.ending || ending.signal.aborted) return;
    if (clock.now() - member.started_at > steady_ms) member.restarts = 0;
    const { log } = member.spec;
    if (!restartable.includes(name) || member.restarts >= maxRestarts) {
      reportDeath({ name, how, log, last_lines: lastLines(log) });
      return;
    }
    const pause_ms = firstPause_ms * 2 ** member.restarts++;
    note(`${name} ${how}; starting it again in ${pause_ms / 1_000} s (its log is ${log}).`);
    await pause(clock, pause_ms);
    if (member.ending || ending.signal.aborted) return;
    try {
      await tracked(name, member, false);
      note(`${name} is up again.`);
    } catch (error) {
      reportDeath({ name, how: `did not come back: ${String(error)}`, log, last_lines: lastLines(log) });
    }
  }

  async function launch(name: Name, member: Member, fresh_log: boolean): Promise<void> {
    if (ending.signal.aborted) throw new Fault(`The start of ${name} was interrupted.`);
    member.ending = false;
    member.started_at = clock.now();
    const started = await startProcess(member.spec, { clock, signal: ending.signal, fresh_log });
    member.process = started;
    void started.exited.then((how) => onEnd(name, member, how));
  }

  /** As {@link launch}, and `stop` waits for it. */
  async function tracked(name: Name, member: Member, fresh_log: boolean): Promise<void> {
    const launched = launch(name, member, fresh_log);
    launching.add(launched);
    try {
      await launched;
    } finally {
      launching.delete(launched);
    }
  }

  async function stop(): Promise<void> {
    ending.abort();
    await Promise.allSettled([...launching]);
    for (const member of [...members.values()].reverse()) await end(member, undefined);
  }

  async function end(member: Member, signal: NodeJS.Signals | undefined): Promise<void> {
    member.ending = true;
    if (signal === undefined) await member.process?.stop();
    else {
      member.process?.signal(signal);
      await member.process?.exited;
    }
  }

  return {
    death,
    async start(specs) {
      const launched = specs.map(([name, spec]) => {
        const member: Member = { spec, process: undefined, ending: false, restarts: 0, started_at: 0 };
        members.set(name, member);
        return tracked(name, member, true);
      });
      try {
        await Promise.all(launched);
      } catch (error) {
        await stop();
        throw error;
      }
    },
    pid(name) {
      const running = members.get(name)?.process;
      return running?.running() ? running.pid : undefined;
    },
    kill: (name, signal = 'SIGKILL') => end(memberOf(name), signal),
    async restart(name) {
      const member = memberOf(name);
      await end(member, undefined);
      await tracked(name, member, false);
    },
    stop,
  };
}

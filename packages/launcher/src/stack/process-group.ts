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
  return new Group(clock, restartable, note);
}

class Group<Name extends string> implements ProcessGroup<Name> {
  readonly death: Promise<Death>;
  readonly #clock: Clock;
  readonly #restartable: readonly Name[];
  readonly #note: (sentence: string) => void;
  readonly #members = new Map<Name, Member>();
  readonly #ending = new AbortController();
  readonly #launching = new Set<Promise<void>>();
  #reportDeath: (death: Death) => void = () => undefined;

  constructor(clock: Clock, restartable: readonly Name[], note: (sentence: string) => void) {
    this.#clock = clock;
    this.#restartable = restartable;
    this.#note = note;
    this.death = new Promise((resolve) => {
      this.#reportDeath = resolve;
    });
  }

  async start(specs: readonly (readonly [Name, ProcessSpec])[]): Promise<void> {
    const launched = specs.map(([name, spec]) => {
      const member: Member = { spec, process: undefined, ending: false, restarts: 0, started_at: 0 };
      this.#members.set(name, member);
      return this.#launch(name, member, true);
    });
    try {
      await Promise.all(launched);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  pid(name: Name): number | undefined {
    const running = this.#members.get(name)?.process;
    return running?.running() ? running.pid : undefined;
  }

  kill(name: Name, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    return this.#end(this.#memberOf(name), signal);
  }

  async restart(name: Name): Promise<void> {
    const member = this.#memberOf(name);
    await this.#end(member, undefined);
    await this.#launch(name, member, false);
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled([...this.#launching]);
    for (const member of [...this.#members.values()].reverse()) await this.#end(member, undefined);
  }

  #memberOf(name: Name): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`${name} is not part of this stack`);
    return member;
  }

  /** `stop` waits for it. */
  async #launch(name: Name, member: Member, fresh_log: boolean): Promise<void> {
    const launched = this.#startMember(name, member, fresh_log);
    this.#launching.add(launched);
    try {
      await launched;
    } finally {
      this.#launching.delete(launched);
    }
  }

  async #startMember(name: Name, member: Member, fresh_log: boolean): Promise<void> {
    if (this.#ending.signal.aborted) throw new Fault(`The start of ${name} was interrupted.`);
    member.ending = false;
    member.started_at = this.#clock.now();
    const started = await startProcess(member.spec, { clock: this.#clock, signal: this.#ending.signal, fresh_log });
    member.process = started;
    void started.exited.then((how) => this.#onEnd(name, member, how));
  }

  async #end(member: Member, signal: NodeJS.Signals | undefined): Promise<void> {
    member.ending = true;
    if (signal === undefined) {
      await member.process?.stop();
      return;
    }
    member.process?.signal(signal);
    await member.process?.exited;
  }

  async #onEnd(name: Name, member: Member, how: string): Promise<void> {
    if (member.ending || this.#ending.signal.aborted) return;
    if (this.#clock.now() - member.started_at > steady_ms) member.restarts = 0;
    const { log } = member.spec;
    if (!this.#restartable.includes(name) || member.restarts >= maxRestarts) {
      this.#reportDeath({ name, how, log, last_lines: lastLines(log) });
      return;
    }
    const pause_ms = firstPause_ms * 2 ** member.restarts++;
    this.#note(`${name} ${how}; starting it again in ${pause_ms / 1_000} s (its log is ${log}).`);
    await pause(this.#clock, pause_ms);
    if (member.ending || this.#ending.signal.aborted) return;
    try {
      await this.#launch(name, member, false);
      this.#note(`${name} is up again.`);
    } catch (error) {
      // Interrupted by the end of the group, it is no news.
      if (this.#ending.signal.aborted) return;
      this.#reportDeath({ name, how: `did not come back: ${String(error)}`, log, last_lines: lastLines(log) });
    }
  }
}

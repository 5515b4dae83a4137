import type { Clock } from '@trunkline/runtime/clock';
import type { EnvSource } from '@trunkline/runtime/env';
import type { Ids } from '@trunkline/runtime/ids';
import type { Print } from './print.ts';

/** What every command works with. */
export interface CommandParts {
  /** The checked-out project. */
  readonly root: string;
  /** State that is kept between runs. */
  readonly dir: string;
  readonly env: EnvSource;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly print: Print;
  /** Aborted when a person wants it to end. */
  readonly signal: AbortSignal;
  /** What came after the command's name. */
  readonly args: readonly string[];
}

export interface Command {
  readonly name: string;
  /** One line of help. */
  readonly summary: string;
  /** Resolves with the exit code. Throws a Fault for what a person can put right. */
  run(parts: CommandParts): Promise<number>;
}

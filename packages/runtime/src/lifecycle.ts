import type { Clock, Timer } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Logger } from './logger.ts';

/** Given to `start`: whoever starts a part says at once how it is stopped. */
export interface Parts {
  /** `stop` is called when the process ends, after those of the parts started later. */
  onStop(part: string, stop: () => Promise<void> | void): void;
  /** Ends the process as a signal would, for a fault that leaves it useless. Exit code 1. */
  fail(sentence: string, error: unknown): void;
}

/** What the lifecycle needs of the process; tests pass their own. */
export interface Host {
  on(
    event: 'SIGTERM' | 'SIGINT' | 'uncaughtException' | 'unhandledRejection',
    listener: (cause: unknown) => void,
  ): void;
  exit(code: number): void;
}

const nodeHost: Host = {
  on: (event, listener) => void process.on(event as 'SIGTERM', listener as () => void),
  exit: (code) => process.exit(code),
};

export interface ServiceOptions {
  readonly name: string;
  readonly logger: Logger;
  /** Starts the parts in order. What it throws ends the process with one clear sentence. */
  readonly start: (parts: Parts) => Promise<void>;
  /** How long all parts together may take to stop. */
  readonly stop_deadline_ms?: number;
  readonly clock?: Clock;
  readonly host?: Host;
}

const defaultStopDeadline_ms = 10_000;

/**
 * Runs a process from start to end. SIGTERM or SIGINT: stops the parts in reverse order, exit code 0; a second signal, or the
 * deadline, ends it at once with 1. Cannot start, a programming error, an unhandled rejection: logged, stopped, exit code 1.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  const { name, logger, clock = systemClock, host = nodeHost } = options;
  const stops: { readonly part: string; readonly stop: () => Promise<void> | void }[] = [];
  let ending = false;

  const end = (code: number): void => {
    if (ending) {
      host.exit(1);
      return;
    }
    ending = true;
    const deadline_ms = options.stop_deadline_ms ?? defaultStopDeadline_ms;
    const deadline: Timer = clock.after(deadline_ms, () => {
      logger.error('Stopping took too long', { deadline_ms, parts_left: stops.map(({ part }) => part) });
      host.exit(1);
    });
    stopAll(stops, logger).then(
      (clean) => {
        deadline.cancel();
        logger.info('Stopped', { service: name });
        host.exit(clean ? code : 1);
      },
      host.exit.bind(host, 1),
    );
  };
  const fail = (sentence: string, error: unknown): void => {
    logger.error(sentence, { error });
    if (!ending) end(1);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    host.on(signal, () => {
      logger.info('Told to stop', { signal });
      end(0);
    });
  }
  host.on('uncaughtException', (error) => fail('A fault nobody caught', error));
  host.on('unhandledRejection', (error) => fail('A fault nobody caught', error));

  try {
    await options.start({ onStop: (part, stop) => void stops.push({ part, stop }), fail });
    if (!ending) logger.info('Started', { service: name });
  } catch (error) {
    logger.error('Cannot start', { reason: startFault(error), error });
    if (!ending) end(1);
  }
}

/** Takes the stops from the end of the list, so that what is left in it is what has not stopped. */
async function stopAll(
  stops: { readonly part: string; readonly stop: () => Promise<void> | void }[],
  logger: Logger,
): Promise<boolean> {
  let clean = true;
  for (let last = stops.at(-1); last !== undefined; last = stops.at(-1)) {
    try {
      await last.stop();
    } catch (error) {
      clean = false;
      logger.error('A part did not stop cleanly', { part: last.part, error });
    }
    stops.splice(stops.indexOf(last), 1);
  }
  return clean;
}

/** One sentence for people who cannot start a process. */
export function startFault(error: unknown): string {
  const fault = error as Partial<NodeJS.ErrnoException & { address: string; port: number }> | undefined;
  const where = fault?.port === undefined ? (fault?.address ?? 'The address') : `${fault.address ?? ''}:${fault.port}`;
  switch (fault?.code) {
    case 'EADDRINUSE':
      return `${where} is in use by another program: stop that one, or choose another address in the environment`;
    case 'EACCES':
      return `${fault.path ?? where} is not allowed to this user: choose another, or give the user the right`;
    case 'EADDRNOTAVAIL':
      return `${where} is not an address of this machine: choose another in the environment`;
    case 'ECONNREFUSED':
      return `Nothing answers at ${where}: start that program first, or correct its address in the environment`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

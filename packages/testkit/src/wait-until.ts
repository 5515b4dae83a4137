import { systemClock } from '@trunkline/runtime/clock';

export interface WaitOptions {
  /** Completes `Waited in vain for ...`. */
  readonly what: string;
  readonly deadline_ms?: number;
  /** Asked when the wait was in vain, for the error's text: the state that was found, a log. */
  readonly found?: () => string;
}

const interval_ms = 10;
const defaultDeadline_ms = 10_000;

/**
 * For tests with real processes, where there is no clock to move: resolves with the first value of `condition` that is
 * neither false, null nor undefined, and rejects at the deadline. What `condition` throws counts as not yet.
 */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline_ms = options.deadline_ms ?? defaultDeadline_ms;
  const end = systemClock.now() + deadline_ms;
  let fault: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== false && value !== null && value !== undefined)
        return value as Exclude<T, false | null | undefined>;
    } catch (error) {
      fault = error;
    }
    if (systemClock.now() >= end) break;
    await new Promise<void>((resolve) => {
      systemClock.after(interval_ms, resolve);
    });
  }
  const found = options.found === undefined ? '' : `; found: ${options.found()}`;
  throw new Error(`Waited ${deadline_ms} ms in vain for ${options.what}${found}`, { cause: fault });
}

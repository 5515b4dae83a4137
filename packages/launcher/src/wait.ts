import type { Clock } from '@trunkline/runtime/clock';

const checkInterval_ms = 40;

export function pause(clock: Clock, delay_ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delay_ms, resolve);
  });
}

/** Why it is not so yet, or undefined when it is. */
export type WaitCheck = () => Promise<string | undefined>;

/** Asks until the check is content or the deadline has passed; resolves with the last reason, undefined when content. */
export async function waitUntil(clock: Clock, deadline_ms: number, check: WaitCheck): Promise<string | undefined> {
  const giveUpAt = clock.now() + deadline_ms;
  for (;;) {
    const reason = await check();
    if (reason === undefined || clock.now() >= giveUpAt) return reason;
    await pause(clock, checkInterval_ms);
  }
}

/** The value of `work`, or undefined when `deadline_ms` has passed before. */
export async function within<Value>(
  clock: Clock,
  deadline_ms: number,
  work: Promise<Value>,
): Promise<Value | undefined> {
  let timer: { cancel(): void } | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = clock.after(deadline_ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer?.cancel();
  }
}

import type { Clock, Timer } from '@trunkline/runtime/clock';

/** RFC 3261 §17.1.1.1, table 4. */
export const t1_ms = 500;
export const t2_ms = 4_000;
/** 64*T1: timers B, F, H and L. */
export const giveUp_ms = 64 * t1_ms;

export interface Repetition {
  stop(): void;
}

/**
 * Sends again after T1, then after twice as long each time, at most every `longest_ms`, until it is stopped or 64*T1 have
 * passed; then `onGiveUp` is called once. With `reliable` nothing is sent again and only the end is waited for.
 */
export function retransmit(
  clock: Clock,
  { send, onGiveUp, longest_ms, reliable }: { send(): void; onGiveUp(): void; longest_ms: number; reliable: boolean },
): Repetition {
  let next: Timer | undefined;
  const end = clock.after(giveUp_ms, () => {
    next?.cancel();
    onGiveUp();
  });
  const schedule = (delay_ms: number): void => {
    next = clock.after(delay_ms, () => {
      send();
      schedule(Math.min(delay_ms * 2, longest_ms));
    });
  };
  if (!reliable) schedule(t1_ms);
  return {
    stop() {
      next?.cancel();
      end.cancel();
    },
  };
}

import type { Instant } from '@trunkline/contracts/time';

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `HH:MM:SS.uuuuuu` in UTC, as the control protocol writes times. */
export function messageTime(now: Instant): string {
  const ms = now % 86_400_000;
  const seconds = Math.floor(ms / 1_000);
  const fraction = String(ms % 1_000).padStart(3, '0');
  return `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${fraction}000`;
}

import type { Instant } from '@trunkline/contracts/time';
import { accept, type Result, refuse } from '../../result.ts';
import type { CallerNumber } from '../../store/store.ts';
import { type Problem, problem } from '../refusal.ts';

/** Pure: the first number that may call now; where none may, why the first may not. */
export function chooseCaller(
  numbers: readonly CallerNumber[],
  path: string,
  now: Instant,
): Result<CallerNumber, Problem | undefined> {
  const usable = numbers.find((number) => faultOf(number, now) === undefined);
  if (usable !== undefined) return accept(usable);
  const [first] = numbers;
  const fault = first && faultOf(first, now);
  return refuse(fault === undefined ? undefined : problem(422, `${path} cannot call: ${fault}`, path));
}

function faultOf({ trunk }: CallerNumber, now: Instant): string | undefined {
  const { name, is_active, expires_at, direction, gateways } = trunk;
  if (!is_active) return `its trunk "${name}" is not active`;
  if (expires_at !== null && expires_at <= now) return `its trunk "${name}" has expired`;
  if (direction === 'inbound') return `its trunk "${name}" takes inbound calls only`;
  return gateways === 0 ? `its trunk "${name}" has no gateway` : undefined;
}

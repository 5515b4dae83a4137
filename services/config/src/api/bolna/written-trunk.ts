import type { Result } from '../../result.ts';
import type { Conflict, NotFound } from '../../store/faults.ts';
import type { StoredTrunk } from '../../store/store.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { type Problem, problem, Refusal } from '../refusal.ts';

export const trunkMissing = 'SIP trunk not found';

/**
 * A trunk as the store wrote it; else the request ends with why it did not. `numberPath` is the field to point at when a
 * number is the reason.
 */
export function writtenTrunk(
  result: Result<StoredTrunk, Problem | Conflict | NotFound>,
  numberPath: string,
  missing: string = trunkMissing,
): StoredTrunk {
  if (result.ok) return result.value;
  const { fault } = result;
  if ('status' in fault) throw new Refusal(fault);
  if (fault.kind === 'not-found') throw new Refusal(problem(404, missing));
  throw new Refusal(conflictProblem(fault, { number: numberPath }));
}

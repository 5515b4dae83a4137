import type { Conflict, NotFound } from '../../store/faults.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { type Problem, problem } from '../refusal.ts';

export const trunkMissing = 'Trunk not found';

export function trunkProblem(fault: Problem | Conflict | NotFound): Problem {
  if ('status' in fault) return fault;
  if (fault.kind === 'not-found') return problem(404, trunkMissing);
  return conflictProblem(fault, { number: 'status', username: 'username' });
}

import type { Conflict, NotFound } from '../../store/faults.ts';
import { conflictProblem } from '../conflict-problem.ts';
import { type Problem, problem } from '../refusal.ts';

export const trunkMissing = 'SIP trunk not found.';
export const numberMissing = 'Phone number not found.';
const sameTrunk = 'A SIP trunk with the same phone number, username, and address already exists.';

/** Why a trunk was not written. What the dialect has a sentence for is said in it. */
export function trunkProblem(fault: Problem | Conflict | NotFound): Problem {
  if ('status' in fault) return fault;
  switch (fault.kind) {
    case 'not-found':
      return problem(404, trunkMissing);
    case 'number-taken':
    case 'number-repeated':
    case 'identity-taken':
    case 'overlap':
      return problem(409, sameTrunk);
    default:
      return conflictProblem(fault, { number: 'phone_number', username: 'sip_username' });
  }
}

import type { Conflict } from '../store/faults.ts';
import { type Problem, problem } from './refusal.ts';

/** Words for what the store refused. `paths` says where in the present body the fields stand. */
export function conflictProblem(conflict: Conflict, paths: { readonly number: string }): Problem {
  switch (conflict.kind) {
    case 'name-taken':
      return problem(409, 'The name is already in use in this account: choose another', 'name');
    case 'number-taken':
      return {
        ...problem(409, 'Phone number already exists on another active trunk'),
        details: [{ path: paths.number, message: `${conflict.number} already exists on another active trunk` }],
      };
    case 'number-repeated':
      return {
        ...problem(409, 'Phone number already exists on this trunk'),
        details: [{ path: paths.number, message: `${conflict.number} already exists on this trunk` }],
      };
    case 'username-taken':
      return problem(409, 'The user name is already in use: choose another', 'auth.username');
    case 'agent-unknown':
      return problem(404, 'Agent not found', 'agent_id');
    case 'too-large':
      return problem(
        400,
        `The trunk takes more than ${conflict.most_bytes} bytes: spread its numbers over several trunks`,
      );
    case 'account-full':
      return problem(409, `The account holds ${conflict.most} of these, the most it may: delete one first`);
  }
}

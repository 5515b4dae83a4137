import type { Conflict, Holder } from '../store/faults.ts';
import { type Problem, problem } from './refusal.ts';

/** Words for what the store refused. `paths` says where in the present body the fields stand. */
export function conflictProblem(
  conflict: Conflict,
  paths: { readonly number: string; readonly username?: string },
): Problem {
  switch (conflict.kind) {
    case 'name-taken':
      return problem(409, 'The name is already in use in this account: choose another', 'name');
    case 'number-taken':
      return {
        ...problem(409, 'Phone number already exists on another active trunk'),
        details: [
          {
            path: paths.number,
            message: `${conflict.number} already exists on ${culprit(conflict.holder)}: remove it there first`,
          },
        ],
      };
    case 'overlap':
      return {
        ...problem(409, 'Another active trunk has the same extension at the same addresses'),
        details: [
          {
            path: paths.number,
            message: `${conflict.number} called from ${conflict.cidr} could be on ${culprit(conflict.holder)} as well`,
          },
        ],
      };
    case 'identity-taken': {
      const where = conflict.place === null ? 'with us' : `at ${conflict.place}`;
      return {
        ...problem(409, 'Another active trunk is registered as the same user at the same place'),
        details: [
          {
            path: paths.username ?? 'auth_username',
            message: `${conflict.username} is registered ${where} by ${culprit(conflict.holder)}: switch that off first`,
          },
        ],
      };
    }
    case 'done-already':
      return problem(409, 'The same request is being done: try again', 'Idempotency-Key');
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
    case 'last-owner':
      return problem(409, 'This is the last owner token of the account: create another one before you delete it');
    case 'account-full':
      return problem(409, `The account holds ${conflict.most} of these, the most it may: delete one first`);
  }
}

/** The other trunk, by name where it is the reader's own; of another account's nothing is told. */
function culprit(holder: Holder): string {
  return holder === null ? 'another active trunk' : `the active trunk "${holder.name}" (${holder.trunk})`;
}

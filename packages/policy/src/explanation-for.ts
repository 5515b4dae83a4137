import type { Explanation } from '@trunkline/contracts/explanation';
import type { AccountId } from '@trunkline/contracts/ids';

/** The explanation as one account may read it: other accounts' trunks and agents are gone, the count of all stays. */
export function explanationFor(explanation: Explanation, account: AccountId): Explanation {
  return { ...explanation, candidates: explanation.candidates.filter((candidate) => candidate.account === account) };
}

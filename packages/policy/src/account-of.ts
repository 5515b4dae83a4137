import type { Explanation } from '@trunkline/contracts/explanation';
import type { AccountId } from '@trunkline/contracts/ids';

/**
 * The account that an attempt is ascribed to; null when several come into question, so that only the operator sees it. That is the
 * account of what was chosen; else of everyone whom the caller was recognised as, by address or password; else of everyone who
 * has the called number.
 */
export function accountOf({ candidates, candidates_total }: Explanation): AccountId | null {
  const chosen = candidates.find((candidate) => candidate.chosen);
  if (chosen !== undefined) return chosen.account;
  // Of the candidates that are not listed nothing is known.
  if (candidates_total > candidates.length) return null;
  const recognised = candidates.filter(
    ({ found_by, left_out }) => left_out !== 'credentials-wrong' && found_by.some((by) => by !== 'number'),
  );
  const accounts = new Set((recognised.length > 0 ? recognised : candidates).map(({ account }) => account));
  const [only, ...others] = accounts;
  return only === undefined || others.length > 0 ? null : only;
}

import type { Trunk } from '@trunkline/contracts/trunk';
import { numberClaim } from './claims.ts';
import { tooLarge } from './documents.ts';
import type { Conflict } from './faults.ts';
import { numberKey } from './number-key.ts';

/** Pure: what is wrong with a trunk whatever else there is. */
export function judgeDraft(trunk: Trunk): Conflict | undefined {
  const large = tooLarge(trunk);
  if (large !== undefined) return large;
  const claims = new Set<string>();
  for (const { number } of trunk.numbers) {
    const claim = numberClaim(trunk.account, number, trunk.number_format.country);
    if (claims.has(claim)) return { kind: 'number-repeated', number: numberKey(number) };
    claims.add(claim);
  }
  return undefined;
}

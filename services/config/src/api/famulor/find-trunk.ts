import type { AccountId } from '@trunkline/contracts/ids';
import type { StoredTrunk, TrunkStore } from '../../store/store.ts';
import { problem, Refusal } from '../refusal.ts';
import { trunkMissing } from './trunk-problem.ts';

/** The trunk of an integer id of this account; else the request ends. What is no integer belongs to nothing. */
export async function findTrunk(
  store: Pick<TrunkStore, 'trunkByShortId'>,
  account: AccountId,
  id: string,
  missing: string = trunkMissing,
): Promise<StoredTrunk> {
  const stored = /^[1-9]\d{0,8}$/.test(id) ? await store.trunkByShortId(account, Number(id)) : undefined;
  if (stored === undefined) throw new Refusal(problem(404, missing));
  return stored;
}

import type { AccountId } from '@trunkline/contracts/ids';
import type { Store } from '../store.ts';
import { freshId, sampleToken } from './sample.ts';
import type { ContractSubject } from './store-contract.ts';

/** Prepares an empty store and makes the accounts, each with one token. */
export async function openContractSubject(store: Store, names: readonly string[]): Promise<ContractSubject> {
  await store.prepare();
  const accounts: AccountId[] = [];
  for (const name of names) {
    const id = freshId() as AccountId;
    const { account: _, ...token } = sampleToken(id);
    await store.bootstrap({ account: { id, name }, token });
    accounts.push(id);
  }
  return { store, accounts };
}

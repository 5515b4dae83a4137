import type { AccountId } from '@trunkline/contracts/ids';
import { beforeEach, describe } from 'vitest';
import type { Store } from '../store.ts';
import { agentCases } from './agent-cases.ts';
import { conflictCases } from './conflict-cases.ts';
import { editable } from './editable.ts';
import { executionCases } from './execution-cases.ts';
import { journalCases } from './journal-cases.ts';
import { numberCases } from './number-cases.ts';
import { publicationCases } from './publication-cases.ts';
import { settingsCases } from './settings-cases.ts';
import { drained, type Subject } from './subject.ts';
import { tokenCases } from './token-cases.ts';
import { trunkCases } from './trunk-cases.ts';

export interface ContractSubject {
  readonly store: Store;
  /** Ids of the accounts, in the order asked for. */
  readonly accounts: readonly AccountId[];
}

/** What every {@link Store} does. `open` gives a prepared one with nothing in it but the accounts that are asked for. */
export function storeContract(name: string, open: (accounts: readonly string[]) => Promise<ContractSubject>): void {
  describe(`${name} keeps the contract of the store`, () => {
    let store: Store;
    let own: AccountId;
    let other: AccountId;

    beforeEach(async () => {
      const subject = await open(['own', 'other']);
      store = subject.store;
      [own, other] = subject.accounts as [AccountId, AccountId];
      await drained(store);
    });
    const subject = (): Subject => ({ store: editable(store), bare: store, own, other });

    trunkCases(subject);
    numberCases(subject);
    agentCases(subject);
    tokenCases(subject);
    publicationCases(subject);
    conflictCases(subject);
    journalCases(subject);
    executionCases(subject);
    settingsCases(subject);
  });
}

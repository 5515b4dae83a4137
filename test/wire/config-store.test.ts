import { openContractSubject } from '@trunkline/config/store/contract/open-contract-subject';
import { storeContract } from '@trunkline/config/store/contract/store-contract';
import { createPgStore } from '@trunkline/config/store/postgres/pg-store';
import type { Store } from '@trunkline/config/store/store';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';

describe('the store on PostgreSQL', () => {
  let postgres: PrivatePostgres;
  let store: Store | undefined;
  let databases = 0;

  beforeAll(async () => {
    postgres = await startPrivatePostgres();
  });
  afterEach(async () => {
    await store?.close();
    store = undefined;
  });
  afterAll(() => postgres.close());

  storeContract('PostgreSQL', async (accounts) => {
    databases += 1;
    const url = await postgres.createDatabase(`contract_${databases}`);
    store = createPgStore({ url, onIdleError: () => {} });
    return openContractSubject(store, accounts);
  });
});

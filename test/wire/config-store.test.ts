import { openContractSubject } from '@trunkline/config/store/contract/open-contract-subject';
import { storeContract } from '@trunkline/config/store/contract/store-contract';
import { StoreUnavailable } from '@trunkline/config/store/faults';
import { createPgStore } from '@trunkline/config/store/postgres/pg-store';
import type { Store } from '@trunkline/config/store/store';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

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

  it('is prepared by several processes at once', async () => {
    const url = await postgres.createDatabase('crowd');
    const crowd = Array.from({ length: 4 }, () => createPgStore({ url, onIdleError: () => {} }));
    await Promise.all(crowd.map((one) => one.prepare()));
    await Promise.all(crowd.map((one) => one.prepare()));
    expect(await crowd[0]?.access('unknown')).toBeUndefined();
    await Promise.all(crowd.map((one) => one.close()));
  });

  it('says that it is away before it is prepared, and while nothing listens', async () => {
    store = createPgStore({ url: await postgres.createDatabase('bare'), onIdleError: () => {} });
    await expect(store.access('unknown')).rejects.toThrow(StoreUnavailable);
    const nowhere = createPgStore({ url: 'postgresql://x@127.0.0.1:1/x', onIdleError: () => {} });
    await expect(nowhere.prepare()).rejects.toThrow(StoreUnavailable);
    await expect(nowhere.check()).rejects.toThrow(StoreUnavailable);
    await nowhere.close();
  });
});

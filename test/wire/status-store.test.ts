import { openDatabase } from '@trunkline/status/store/open-database';
import { PostgresRecordStore } from '@trunkline/status/store/postgres-record-store';
import { describeRecordStore } from '@trunkline/status/store/record-store-contract';
import { type PrivatePostgres, startPrivatePostgres } from '@trunkline/testkit/private-postgres';

let postgres: PrivatePostgres;
let databases = 0;

describeRecordStore('on PostgreSQL', {
  before: async () => {
    postgres = await startPrivatePostgres();
  },
  open: async () => {
    databases += 1;
    const url = await postgres.createDatabase(`status_${databases}`);
    return new PostgresRecordStore(
      openDatabase(url, () => {}),
      () => {},
    );
  },
  after: async () => postgres.close(),
});

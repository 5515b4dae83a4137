import { type Kysely, type Migration, sql } from 'kysely';

/** A gateway may be a name whose SRV records tell port and servers. Null: it is not. */
export const gatewaySrv: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table gateways add column if not exists srv boolean`.execute(db);
  },
};

import { type Kysely, type Migration, sql } from 'kysely';

/** What a trunk has beyond its columns: fields that may be absent, by the names of the contract. */
const statements = [`alter table trunks add column settings jsonb not null default '{}'`];

export const trunkSettings: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

import { type Kysely, type Migration, Migrator } from 'kysely';
import { executions } from './migrations/executions.ts';
import { firstTables } from './migrations/first-tables.ts';
import { gatewaySrv } from './migrations/gateway-srv.ts';
import { journalAndClaims } from './migrations/journal-and-claims.ts';
import { trunkSettings } from './migrations/trunk-settings.ts';
import type { Tables } from './tables.ts';

/** Forward only, in the order of their names. One that has been released is never edited. */
const migrations: Readonly<Record<string, Migration>> = {
  '001-first-tables': firstTables,
  '002-journal-and-claims': journalAndClaims,
  '003-gateway-srv': gatewaySrv,
  '004-trunk-settings': trunkSettings,
  '005-executions': executions,
};

/** Runs what is missing, under the lock that kysely takes, so that several processes may start at once. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

import { type Kysely, Migrator } from 'kysely';
import { migrations } from './migrations.ts';

/**
 * Brings the database up to date under a lock, so that several processes may start at once. Throws the database's error.
 * The tables of the bookkeeping bear our name, so that another service may share the database.
 */
export async function migrate<Tables>(db: Kysely<Tables>): Promise<readonly string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: 'status_migrations',
    migrationLockTableName: 'status_migrations_lock',
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return (results ?? []).map(({ migrationName }) => migrationName);
}

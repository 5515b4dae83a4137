import { type SqlBool, sql } from 'kysely';
import type { Page } from '../store.ts';

/** What comes after the last one of the former page, in the order of creation; one comparison of rows, which an index serves. */
export function afterLast(created_at: string, id: string, after: NonNullable<Page['after']>) {
  return sql<SqlBool>`(${sql.ref(created_at)}, ${sql.ref(id)}) > (${after.created_at}::bigint, ${after.id}::text)`;
}

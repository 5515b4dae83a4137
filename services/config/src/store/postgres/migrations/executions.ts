import { type Kysely, type Migration, sql } from 'kysely';

/** Calls that were asked for over the API. `open`: something is awaited of it. Constraint names are read by `conflict-of.ts`. */
const statements = [
  `create table executions (
    id text collate "C" primary key,
    account_id text collate "C" not null references accounts on delete cascade,
    call_id text collate "C" not null constraint executions_call unique,
    status text not null,
    open boolean not null,
    due_at bigint,
    updated_at bigint not null,
    document jsonb not null
  )`,
  `create index executions_account on executions (account_id, id)`,
  `create index executions_due on executions (due_at) where due_at is not null`,
  `create index executions_open on executions (account_id) where open`,
  `create index executions_over on executions (updated_at) where not open`,
  `create index tokens_expired on tokens (expires_at) where expires_at is not null`,
];

export const executions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

import { type Kysely, type Migration, sql } from 'kysely';

/**
 * Integer ids and versions of trunks, what a number or a registration keeps for itself, the audit log, and answers to repeated
 * requests. Constraint names are read by `conflict-of.ts`.
 */
const statements = [
  `alter table accounts add column trunks_made integer not null default 0`,
  `alter table trunks
    add column short_id integer,
    add column version bigint not null default 1,
    add column registering jsonb,
    add column fixed_address boolean`,
  `update trunks set short_id = counted.place from (
    select id, row_number() over (partition by account_id order by created_at, id) as place from trunks
  ) counted where counted.id = trunks.id`,
  `update accounts set trunks_made = coalesce((select max(short_id) from trunks where account_id = accounts.id), 0)`,
  `alter table trunks
    alter column short_id set not null,
    add constraint trunks_short_id unique (account_id, short_id)`,
  `create index trunks_in_order on trunks (account_id, created_at, id)`,
  `create index agents_in_order on agents (account_id, created_at, id)`,
  `alter table agents add column version bigint not null default 1`,
  `alter table numbers add column claim text collate "C"`,
  `update numbers set claim = case
    when number_key ~ '^[0-9]{7,}$' then number_key else account_id || ':' || number_key
  end`,
  `alter table numbers alter column claim set not null`,
  `drop index numbers_live`,
  `create unique index numbers_claim on numbers (claim) where live`,
  `create index numbers_extension on numbers (number_key) where live and strpos(claim, ':') > 0`,
  `create table identities (
    key text collate "C" constraint identities_key primary key,
    account_id text collate "C" not null references accounts on delete cascade,
    trunk_id text collate "C" references trunks on delete cascade,
    agent_id text collate "C" references agents on delete cascade,
    check ((trunk_id is null) <> (agent_id is null))
  )`,
  `create index identities_trunk on identities (trunk_id) where trunk_id is not null`,
  `create index identities_agent on identities (agent_id) where agent_id is not null`,
  `insert into identities (key, account_id, agent_id)
    select auth_username || '@', account_id, id from agents where auth_username is not null`,
  // Of trunks that were the same to one registrar before this rule, the oldest keeps its place; the others at their next change.
  `insert into identities (key, account_id, trunk_id)
    select auth_username || '@' || rtrim(lower(host), '.') || ':' || port, account_id, trunks.id
    from trunks join gateways on gateways.trunk_id = trunks.id
    where is_active and auth_kind = 'userpass' and registration = 'we-register'
    order by trunks.created_at, trunks.id
    on conflict do nothing`,
  `create table audit (
    id text collate "C" primary key,
    account_id text collate "C" not null references accounts on delete cascade,
    at bigint not null,
    token_id text not null,
    token_name text not null,
    request text not null,
    action text not null,
    target_id text not null,
    target_name text not null,
    changes jsonb not null
  )`,
  `create index audit_account on audit (account_id, id)`,
  `create table once (
    account_id text collate "C" not null references accounts on delete cascade,
    key text collate "C" not null,
    fingerprint text not null,
    answer text not null,
    at bigint not null,
    constraint once_key primary key (account_id, key)
  )`,
];

export const journalAndClaims: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

import { type Kysely, type Migration, sql } from 'kysely';

/** Ids are ULIDs, instants milliseconds since 1970. Constraint names are read by `conflict-of.ts`. */
const statements = [
  `create table accounts (
    id text collate "C" primary key,
    name text not null constraint accounts_name unique,
    operator boolean not null,
    created_at bigint not null
  )`,
  `create table tokens (
    id text collate "C" primary key,
    hash text collate "C" not null constraint tokens_hash unique,
    account_id text collate "C" not null references accounts on delete cascade,
    role text not null check (role in ('owner', 'admin', 'member')),
    name text not null,
    expires_at bigint,
    created_at bigint not null
  )`,
  `create index tokens_account on tokens (account_id)`,
  `create table agents (
    id text collate "C" primary key,
    account_id text collate "C" not null references accounts on delete cascade,
    name text not null,
    uri text not null,
    auth_username text,
    auth_password text,
    acl jsonb not null,
    is_active boolean not null,
    as_given jsonb not null,
    created_at bigint not null,
    updated_at bigint not null,
    constraint agents_name unique (account_id, name),
    constraint agents_username unique (auth_username),
    constraint agents_account_id unique (account_id, id),
    check ((auth_username is null) = (auth_password is null))
  )`,
  `create table trunks (
    id text collate "C" primary key,
    account_id text collate "C" not null references accounts on delete cascade,
    name text not null,
    provider text not null,
    description text,
    direction text not null check (direction in ('inbound', 'outbound', 'both')),
    auth_kind text not null check (auth_kind in ('userpass', 'ip')),
    auth_username text,
    auth_password text,
    registration text not null check (registration in ('none', 'we-register', 'they-register')),
    transport text not null check (transport in ('udp', 'tcp', 'tls')),
    media jsonb not null,
    force_rport boolean not null,
    number_format jsonb not null,
    qualify_interval_s integer not null,
    limits jsonb not null,
    is_active boolean not null,
    expires_at bigint,
    as_given jsonb not null,
    created_at bigint not null,
    updated_at bigint not null,
    constraint trunks_name unique (account_id, name),
    check ((auth_kind = 'userpass') = (auth_username is not null and auth_password is not null))
  )`,
  `create table gateways (
    id text collate "C" primary key,
    trunk_id text collate "C" not null references trunks on delete cascade,
    position integer not null,
    host text not null,
    port integer not null check (port between 1 and 65535),
    priority integer not null,
    weight integer not null,
    created_at bigint not null,
    constraint gateways_position unique (trunk_id, position)
  )`,
  `create table acl (
    trunk_id text collate "C" not null references trunks on delete cascade,
    position integer not null,
    cidr text not null,
    primary key (trunk_id, position)
  )`,
  // A deleted number outlives its trunk, so nothing refers from it to the trunk.
  `create table numbers (
    seq bigint generated always as identity,
    id text collate "C" primary key,
    trunk_id text collate "C" not null,
    account_id text collate "C" not null references accounts on delete cascade,
    number text not null,
    number_key text collate "C" not null,
    name text,
    e164_check_enabled boolean not null,
    agent_id text collate "C",
    live boolean not null,
    deleted_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    constraint numbers_agent foreign key (account_id, agent_id) references agents (account_id, id),
    check (deleted_at is null or (not live and agent_id is null))
  )`,
  `create unique index numbers_live on numbers (number_key) where live`,
  `create unique index numbers_on_trunk on numbers (trunk_id, number_key) where deleted_at is null`,
  `create index numbers_of_agent on numbers (agent_id) where agent_id is not null`,
  `create table outbox (
    seq bigint generated always as identity primary key,
    bucket text not null,
    key text not null
  )`,
];

export const firstTables: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

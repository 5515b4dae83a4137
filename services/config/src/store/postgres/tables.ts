import type { Role } from '@trunkline/contracts/access';
import type { Cidr } from '@trunkline/contracts/cidr';
import type { AccountId, AgentId, CallId, GatewayId, NumberId, TrunkId } from '@trunkline/contracts/ids';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Instant } from '@trunkline/contracts/time';
import type { Registering, Trunk } from '@trunkline/contracts/trunk';
import type { ColumnType, Generated } from 'kysely';
import type { Execution, ExecutionStatus } from '../../calls/execution.ts';
import type { AuditAction, FieldChange } from '../audit-entry.ts';
import type { AsGiven, PublishedBucket } from '../store.ts';
import type { UncolumnedTrunk } from './uncolumned-trunk.ts';

/** A jsonb column: written as JSON text, because the driver would write a JavaScript array as a PostgreSQL one. */
type Json<T> = ColumnType<T, string, string>;

export interface Tables {
  accounts: {
    id: AccountId;
    name: string;
    operator: boolean;
    created_at: Instant;
    /** The highest short id that was given. */
    trunks_made: Generated<number>;
  };
  tokens: {
    id: string;
    hash: string;
    account_id: AccountId;
    role: Role;
    name: string;
    expires_at: Instant | null;
    created_at: Instant;
  };
  agents: {
    id: AgentId;
    account_id: AccountId;
    name: string;
    uri: string;
    auth_username: string | null;
    auth_password: Sealed | null;
    acl: Json<Cidr[]>;
    is_active: boolean;
    as_given: Json<AsGiven>;
    created_at: Instant;
    updated_at: Instant;
    version: Generated<number>;
  };
  trunks: {
    id: TrunkId;
    account_id: AccountId;
    name: string;
    provider: string;
    description: string | null;
    direction: Trunk['direction'];
    auth_kind: Trunk['auth']['kind'];
    auth_username: string | null;
    auth_password: Sealed | null;
    registration: Trunk['registration'];
    transport: Trunk['transport'];
    media: Json<Trunk['media']>;
    force_rport: boolean;
    number_format: Json<Trunk['number_format']>;
    qualify_interval_s: number;
    limits: Json<Trunk['limits']>;
    is_active: boolean;
    expires_at: Instant | null;
    as_given: Json<AsGiven>;
    created_at: Instant;
    updated_at: Instant;
    short_id: number;
    version: Generated<number>;
    registering: ColumnType<Registering | null, string | null, string | null>;
    fixed_address: boolean | null;
    settings: Json<UncolumnedTrunk>;
  };
  gateways: {
    id: GatewayId;
    trunk_id: TrunkId;
    position: number;
    host: string;
    port: number;
    priority: number;
    weight: number;
    created_at: Instant;
    srv: boolean | null;
  };
  acl: { trunk_id: TrunkId; position: number; cidr: Cidr };
  numbers: {
    /** Order of entry. */
    seq: Generated<number>;
    id: NumberId;
    trunk_id: TrunkId;
    account_id: AccountId;
    number: string;
    /** The number without a leading `+`. */
    number_key: string;
    /** What the number keeps for itself while it is live: see `claims.ts`. */
    claim: string;
    name: string | null;
    e164_check_enabled: boolean;
    agent_id: AgentId | null;
    /** Not deleted and on an active trunk: only then it excludes others. */
    live: boolean;
    deleted_at: Instant | null;
    created_at: Instant;
    updated_at: Instant;
  };
  identities: { key: string; account_id: AccountId; trunk_id: TrunkId | null; agent_id: AgentId | null };
  audit: {
    id: string;
    account_id: AccountId;
    at: Instant;
    token_id: string;
    token_name: string;
    request: string;
    action: AuditAction;
    target_id: string;
    target_name: string;
    changes: Json<FieldChange[]>;
  };
  once: { account_id: AccountId; key: string; fingerprint: string; answer: Sealed; at: Instant };
  executions: {
    id: CallId;
    account_id: AccountId;
    call_id: CallId;
    status: ExecutionStatus;
    open: boolean;
    due_at: Instant | null;
    updated_at: Instant;
    document: Json<Execution>;
  };
  outbox: { seq: Generated<number>; bucket: PublishedBucket; key: string };
}

import type { Trunk, TrunkNumber } from '@trunkline/contracts/trunk';
import type { Insertable } from 'kysely';
import { numberClaim } from '../claims.ts';
import { numberKey } from '../number-key.ts';
import type { TrunkDraft } from '../store.ts';
import type { Tables } from './tables.ts';
import { uncolumnedOf } from './uncolumned-trunk.ts';

/** Pure: one trunk as the rows of its tables. */
export function trunkRow({ trunk, as_given }: TrunkDraft): Omit<Insertable<Tables['trunks']>, 'short_id'> {
  const { auth } = trunk;
  return {
    id: trunk.id,
    account_id: trunk.account,
    name: trunk.name,
    provider: trunk.provider,
    description: trunk.description,
    direction: trunk.direction,
    auth_kind: auth.kind,
    auth_username: auth.kind === 'userpass' ? auth.username : null,
    auth_password: auth.kind === 'userpass' ? auth.password : null,
    registration: trunk.registration,
    transport: trunk.transport,
    media: JSON.stringify(trunk.media),
    force_rport: trunk.force_rport,
    number_format: JSON.stringify(trunk.number_format),
    qualify_interval_s: trunk.qualify.interval_s,
    limits: JSON.stringify(trunk.limits),
    is_active: trunk.is_active,
    expires_at: trunk.expires_at,
    as_given: JSON.stringify(as_given),
    created_at: trunk.created_at,
    updated_at: trunk.updated_at,
    registering: trunk.registering === undefined ? null : JSON.stringify(trunk.registering),
    fixed_address: trunk.fixed_address ?? null,
    settings: JSON.stringify(uncolumnedOf(trunk)),
  };
}

export function gatewayRows(trunk: Trunk): Insertable<Tables['gateways']>[] {
  return trunk.gateways.map(({ srv = null, ...gateway }, position) => {
    return { ...gateway, srv, trunk_id: trunk.id, position };
  });
}

export function aclRows(trunk: Trunk): Insertable<Tables['acl']>[] {
  return trunk.acl.map((cidr, position) => ({ trunk_id: trunk.id, position, cidr }));
}

export function numberRow(trunk: Trunk, number: TrunkNumber): Insertable<Tables['numbers']> {
  return {
    id: number.id,
    trunk_id: trunk.id,
    account_id: trunk.account,
    number: number.number,
    number_key: numberKey(number.number),
    claim: numberClaim(trunk.account, number.number, trunk.number_format.country),
    name: number.name,
    e164_check_enabled: number.e164_check_enabled,
    agent_id: number.agent,
    live: trunk.is_active,
    deleted_at: null,
    created_at: number.created_at,
    updated_at: number.updated_at,
  };
}

export interface NumberChanges {
  readonly added: readonly TrunkNumber[];
  readonly changed: readonly TrunkNumber[];
  readonly removed: readonly TrunkNumber[];
}

/** Pure: what has to be written so that the numbers of a trunk become those of `next`. */
export function planNumbers(present: readonly TrunkNumber[], next: readonly TrunkNumber[]): NumberChanges {
  const before = new Map(present.map((number) => [number.id, JSON.stringify(number)]));
  const kept = new Set(next.map((number) => number.id));
  return {
    added: next.filter((number) => !before.has(number.id)),
    changed: next.filter((number) => before.has(number.id) && before.get(number.id) !== JSON.stringify(number)),
    removed: present.filter((number) => !kept.has(number.id)),
  };
}

import { trunkKey } from '@trunkline/contracts/nats-map';
import type { Sealed } from '@trunkline/contracts/sealed';
import { type Trunk, usualCallerIdentity } from '@trunkline/contracts/trunk';
import type { PolicyNumber, PolicyTrunk } from './policy.ts';
import { readAcl } from './read-acl.ts';

export interface CompiledTrunk {
  readonly trunk: PolicyTrunk;
  readonly numbers: readonly PolicyNumber[];
  readonly password: Sealed | null;
  /** ACL entries that cannot be read and so admit nobody. */
  readonly unreadable: readonly string[];
}

/** Most trunks have the same few media settings, so each is kept once. */
export type Intern = <T extends object>(value: T) => T;

/** What admission keeps of a published trunk. */
export function compileTrunk(source: Trunk, intern: Intern): CompiledTrunk {
  const { id, account, name, direction, auth, registration, gateways, transport, force_rport } = source;
  const { style, country } = source.number_format;
  const { acl, unreadable } = readAcl(source.acl);
  const trunk: PolicyTrunk = {
    kind: 'trunk',
    id,
    account,
    key: trunkKey(account, id),
    name,
    direction,
    registration,
    username: auth.kind === 'userpass' ? auth.username : null,
    gateways,
    acl,
    transport,
    media: intern(source.media),
    force_rport,
    number_format: intern({ style, country: country === null ? null : country.toUpperCase() }),
    qualify: intern(source.qualify),
    limits: intern(source.limits),
    is_active: source.is_active,
    expires_at: source.expires_at,
    caller_identity: intern(source.caller_identity ?? usualCallerIdentity),
    over_limit: source.over_limit ?? 'unavailable',
    number_count: source.numbers.length,
  };
  const numbers = source.numbers.map(({ id, number, agent }): PolicyNumber => ({ id, number, agent, trunk }));
  return { trunk, numbers, password: auth.kind === 'userpass' ? auth.password : null, unreadable };
}

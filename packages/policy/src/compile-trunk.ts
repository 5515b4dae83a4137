import type { Sealed } from '@trunkline/contracts/sealed';
import { type Trunk, usualCallerIdentity } from '@trunkline/contracts/trunk';
import type { Network } from './address.ts';
import type { PolicyTrunk } from './policy.ts';
import { readAcl } from './read-acl.ts';
import { TrunkNumbers } from './trunk-numbers.ts';

export interface CompiledTrunk {
  readonly trunk: PolicyTrunk;
  readonly numbers: TrunkNumbers;
  /** What `trunk.acl` names. */
  readonly networks: readonly Network[];
  readonly password: Sealed | null;
  /** ACL entries that cannot be read and so admit nobody. */
  readonly unreadable: readonly string[];
}

/** Most trunks have the same few settings, so each is kept once. */
export type Intern = <T extends object>(value: T) => T;

/** What admission keeps of a published trunk. `key`: its own in KV bucket `trunks`. */
export function compileTrunk(source: Trunk, key: string, intern: Intern): CompiledTrunk {
  const { id, account, name, direction, auth, registration, gateways, transport, force_rport } = source;
  const { style, country } = source.number_format;
  const { acl, networks, unreadable } = readAcl(source.acl);
  const settings = intern({
    media: source.media,
    number_format: { style, country: country === null ? null : country.toUpperCase() },
    qualify: source.qualify,
    limits: source.limits,
    caller_identity: source.caller_identity,
  });
  const trunk: PolicyTrunk = {
    kind: 'trunk',
    id,
    account,
    key,
    name,
    direction,
    registration,
    username: auth.kind === 'userpass' ? auth.username : null,
    gateways,
    acl,
    transport,
    media: settings.media,
    force_rport,
    number_format: settings.number_format,
    qualify: settings.qualify,
    limits: settings.limits,
    is_active: source.is_active,
    expires_at: source.expires_at,
    caller_identity: settings.caller_identity ?? usualCallerIdentity,
    over_limit: source.over_limit ?? 'unavailable',
    number_count: source.numbers.length,
    fixed_address: source.fixed_address ?? false,
    ...(source.gateway_tls === undefined ? {} : { gateway_tls: intern(source.gateway_tls) }),
    registering: source.registering === undefined ? null : intern(source.registering),
  };
  const numbers = new TrunkNumbers(trunk, source.numbers);
  return { trunk, numbers, networks, password: auth.kind === 'userpass' ? auth.password : null, unreadable };
}

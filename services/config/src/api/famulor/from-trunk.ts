import type { Gateway, Trunk } from '@trunkline/contracts/trunk';
import { isE164 } from '@trunkline/policy/e164';
import type { TrunkDraft } from '../../store/store.ts';
import { readSources } from '../read-sources.ts';
import { type Given, readGiven } from './as-given.ts';
import type { TrunkSettings } from './trunk-body.ts';

const longestNickname = 50;

/** Pure: the domain trunk as this dialect says it: its first gateway, its first number. */
export function fromTrunk({ trunk, as_given }: TrunkDraft): TrunkSettings {
  const given = readGiven(as_given);
  return {
    sip_trunk_type: typeOf(trunk, given),
    phone_number: trunk.numbers[0]?.number ?? null,
    nickname: given?.name === trunk.name ? given.nickname : trunk.name.slice(0, longestNickname),
    sip_username: trunk.auth.kind === 'userpass' ? trunk.auth.username : null,
    sip_address: firstGateway(trunk.gateways)?.host ?? null,
    sip_calling_format: trunk.number_format.style,
    inbound_authorization_type: trunk.acl.length > 0 ? 'ip' : 'auth',
    allowed_inbound_ips: sourcesOf(trunk, given),
    country_code: trunk.number_format.country,
    outbound_proxy: trunk.fixed_address ?? false,
  };
}

/** The one that calls try first. */
export function firstGateway(gateways: readonly Gateway[]): Gateway | undefined {
  return gateways.reduce<Gateway | undefined>(
    (best, gateway) => (best === undefined || gateway.priority < best.priority ? gateway : best),
    undefined,
  );
}

function typeOf({ registration, numbers }: Trunk, given: Given | undefined): TrunkSettings['sip_trunk_type'] {
  if (given?.sip_trunk_type === 'number') return 'number';
  if (registration !== 'we-register') return given?.sip_trunk_type ?? 'number';
  const number = numbers[0]?.number;
  return given !== undefined || (number !== undefined && !isE164(number)) ? 'extension' : 'number';
}

function sourcesOf({ acl }: Trunk, given: Given | undefined): readonly string[] {
  if (given === undefined) return acl;
  const meant = readSources(given.allowed_inbound_ips.map((ip_address) => ({ ip_address }))).cidrs;
  return meant.join() === acl.join() ? given.allowed_inbound_ips : acl;
}

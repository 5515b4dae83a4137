import type { Trunk } from '@trunkline/contracts/trunk';
import type { TrunkDraft } from '../../store/store.ts';
import { readSources } from '../read-sources.ts';
import { type Given, readGiven } from './as-given.ts';
import { readCodecs, writeCodecs } from './codecs.ts';
import type { TrunkSettings } from './trunk-body.ts';

const transports = { udp: 'transport-udp', tcp: 'transport-tcp', tls: 'transport-tls' } as const;

/** Pure: the domain trunk as this dialect says it. */
export function fromTrunk({ trunk, as_given }: TrunkDraft): TrunkSettings {
  const given = readGiven(as_given);
  return {
    name: trunk.name,
    provider: trunk.provider,
    description: trunk.description,
    auth_type: trunk.auth.kind === 'userpass' ? 'userpass' : 'ip-based',
    auth_username: trunk.auth.kind === 'userpass' ? trunk.auth.username : null,
    gateways: trunk.gateways.map(({ host, port, priority }) => ({ gateway_address: host, port, priority })),
    ip_identifiers: sourcesOf(trunk, given).map((ip_address) => ({ ip_address })),
    ...codecsOf(trunk, given),
    transport: transports[trunk.transport],
    direct_media: trunk.media.direct_media,
    rtp_symmetric: trunk.media.symmetric_rtp,
    force_rport: trunk.force_rport,
    ice_support: trunk.media.ice,
    media_encryption: trunk.media.encryption === 'no' ? 'no' : 'sdes',
    media_encryption_optimistic:
      trunk.media.encryption === 'no'
        ? (given?.media_encryption_optimistic ?? false)
        : trunk.media.encryption === 'sdes-optional',
    qualify_frequency: trunk.qualify.interval_s,
    inbound_enabled: trunk.direction !== 'outbound',
    outbound_leading_plus_enabled: trunk.number_format.style === '+e164',
    is_active: trunk.is_active,
  };
}

/** As given, as long as that still means what the trunk says: another dialect may have changed it since. */
function codecsOf({ media }: Trunk, given: Given | undefined): Pick<TrunkSettings, 'allow' | 'disallow'> {
  const kept = given !== undefined && same(readCodecs(given.allow, given.disallow), media.codecs);
  return kept ? { allow: given.allow, disallow: given.disallow } : writeCodecs(media.codecs);
}

function sourcesOf({ acl }: Trunk, given: Given | undefined): readonly string[] {
  if (given === undefined) return acl;
  const meant = readSources(given.ip_identifiers.map((ip_address) => ({ ip_address }))).cidrs;
  return same(meant, acl) ? given.ip_identifiers : acl;
}

function same(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}

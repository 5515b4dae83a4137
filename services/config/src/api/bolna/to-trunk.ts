import type { GatewayId } from '@trunkline/contracts/ids';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Instant } from '@trunkline/contracts/time';
import type { Gateway, Trunk } from '@trunkline/contracts/trunk';
import { accept, type Result, refuse } from '../../result.ts';
import type { TrunkDraft } from '../../store/store.ts';
import { readSources } from '../read-sources.ts';
import { combine, type Problem } from '../refusal.ts';
import { withGiven } from './as-given.ts';
import { readCodecs } from './codecs.ts';
import { judge } from './judge.ts';
import type { GatewaySettings, TrunkSettings } from './trunk-body.ts';

/** What the settings do not say. On an update `base` is the present trunk, else {@link blankTrunk}. */
export interface ToTrunkParts {
  readonly base: TrunkDraft;
  /** The sealed password of the trunk, new or kept; null when there is none. */
  readonly password: Sealed | null;
  readonly now: Instant;
  readonly newGatewayId: () => GatewayId;
}

const transports = { 'transport-udp': 'udp', 'transport-tcp': 'tcp', 'transport-tls': 'tls' } as const;

/**
 * Pure: the settings of this dialect as the domain trunk. What the dialect cannot say keeps the value of the base: gateway
 * weights, limits, country, expiry, a direction or number format that the dialect sees as the same.
 */
export function toTrunk(settings: TrunkSettings, parts: ToTrunkParts): Result<TrunkDraft, Problem> {
  const { base, password, now } = parts;
  const [first, ...others] = judge(settings, password !== null);
  if (first !== undefined) return refuse(combine([first, ...others]));
  const before = base.trunk;
  const trunk: Trunk = {
    ...before,
    name: settings.name,
    provider: settings.provider,
    description: settings.description,
    direction: directionOf(settings.inbound_enabled, before.direction),
    ...authOf(settings, password, before),
    gateways: settings.gateways.map((gateway) => gatewayOf(gateway, parts)),
    acl: [...readSources(settings.ip_identifiers).cidrs],
    transport: transports[settings.transport],
    media: {
      codecs: [...readCodecs(settings.allow, settings.disallow)],
      encryption: encryptionOf(settings),
      symmetric_rtp: settings.rtp_symmetric,
      direct_media: settings.direct_media,
      ice: settings.ice_support,
      ...(before.media.recording === undefined ? {} : { recording: before.media.recording }),
    },
    force_rport: settings.force_rport,
    number_format: {
      style: styleOf(settings.outbound_leading_plus_enabled, before.number_format.style),
      country: before.number_format.country,
    },
    qualify: { interval_s: settings.qualify_frequency },
    is_active: settings.is_active,
    updated_at: now,
  };
  const given = {
    allow: settings.allow,
    disallow: settings.disallow,
    ip_identifiers: settings.ip_identifiers.map(({ ip_address }) => ip_address),
    media_encryption_optimistic: settings.media_encryption_optimistic,
  };
  return accept({ trunk, as_given: withGiven(base.as_given, given) });
}

function directionOf(inbound_enabled: boolean, before: Trunk['direction']): Trunk['direction'] {
  if (!inbound_enabled) return 'outbound';
  return before === 'inbound' ? 'inbound' : 'both';
}

function styleOf(plus: boolean, before: Trunk['number_format']['style']): Trunk['number_format']['style'] {
  if (plus) return '+e164';
  return before === 'national' ? 'national' : 'e164';
}

/** A userpass trunk is registered at its gateways, unless the carrier registers with us. */
function authOf(settings: TrunkSettings, password: Sealed | null, before: Trunk): Pick<Trunk, 'auth' | 'registration'> {
  const { auth_type, auth_username: username } = settings;
  if (auth_type === 'ip-based' || username === null || password === null) {
    return { auth: { kind: 'ip' }, registration: before.registration === 'we-register' ? 'none' : before.registration };
  }
  const registration =
    before.registration === 'they-register' || before.auth.kind === 'userpass' ? before.registration : 'we-register';
  return { auth: { kind: 'userpass', username, password }, registration };
}

function encryptionOf({ media_encryption, media_encryption_optimistic }: TrunkSettings): Trunk['media']['encryption'] {
  if (media_encryption === 'no') return 'no';
  return media_encryption_optimistic ? 'sdes-optional' : 'sdes';
}

/** A gateway that was there already stays the same gateway, with what is known of its health. */
function gatewayOf(settings: GatewaySettings, { base, now, newGatewayId }: ToTrunkParts): Gateway {
  const { gateway_address: host, port, priority } = settings;
  const before = base.trunk.gateways.find((gateway) => gateway.host === host && gateway.port === port);
  return {
    id: before?.id ?? newGatewayId(),
    host,
    port,
    priority,
    weight: before?.weight ?? 0,
    created_at: before?.created_at ?? now,
    ...(before?.srv === undefined ? {} : { srv: before.srv }),
  };
}

import { isIP } from 'node:net';
import type { GatewayId, NumberId } from '@trunkline/contracts/ids';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Instant } from '@trunkline/contracts/time';
import type { Gateway, Trunk, TrunkNumber } from '@trunkline/contracts/trunk';
import { countryOf } from '@trunkline/policy/e164';
import { accept, type Result, refuse } from '../../result.ts';
import type { TrunkDraft } from '../../store/store.ts';
import { readSources } from '../read-sources.ts';
import { combine, type Problem } from '../refusal.ts';
import { withGiven } from './as-given.ts';
import { firstGateway, fromTrunk } from './from-trunk.ts';
import { judge } from './judge.ts';
import type { TrunkSettings } from './trunk-body.ts';

export interface ToTrunkParts {
  /** On an update the present trunk, else a blank one. */
  readonly base: TrunkDraft;
  readonly password: Sealed | null;
  readonly now: Instant;
  readonly newGatewayId: () => GatewayId;
  readonly newNumberId: () => NumberId;
  /** Set when the trunk's name is taken: the name that is free. */
  readonly name?: string;
}

/** The words for a trunk without nickname. */
export function nameOf({ nickname, phone_number, sip_address }: TrunkSettings): string {
  return nickname ?? `${phone_number ?? 'Trunk'} at ${sip_address ?? 'no address'}`;
}

/**
 * Pure: the settings of this dialect as the domain trunk. It speaks of one gateway and one number: others stay, and so do ports,
 * transport, codecs, limits and everything else that it cannot say.
 */
export function toTrunk(settings: TrunkSettings, parts: ToTrunkParts): Result<TrunkDraft, Problem> {
  const { base, now } = parts;
  const before = base.trunk;
  const was = fromTrunk(base);
  const [first, ...others] = judge(settings, parts.password !== null, before.name === '' ? undefined : was);
  if (first !== undefined) return refuse(combine([first, ...others]));
  const said = nameOf(settings);
  const name = parts.name ?? (before.name !== '' && said === nameOf(was) ? before.name : said);
  const sources = settings.inbound_authorization_type === 'ip' ? settings.allowed_inbound_ips : [];
  const trunk: Trunk = {
    ...before,
    name,
    ...authOf(settings, parts),
    registration: registrationOf(settings, was, before),
    gateways: gatewaysOf(settings, parts),
    acl: [...readSources(sources.map((ip_address) => ({ ip_address }))).cidrs],
    number_format: { style: settings.sip_calling_format, country: countryFor(settings) },
    numbers: numbersOf(settings, parts),
    updated_at: now,
    ...(settings.outbound_proxy || before.fixed_address !== undefined
      ? { fixed_address: settings.outbound_proxy }
      : {}),
  };
  const { sip_trunk_type, nickname } = settings;
  const given = { sip_trunk_type, nickname, name, allowed_inbound_ips: [...sources] };
  return accept({ trunk, as_given: withGiven(base.as_given, given) });
}

function authOf({ sip_username }: TrunkSettings, { base, password }: ToTrunkParts): Pick<Trunk, 'auth'> {
  if (sip_username === null || password === null) return { auth: base.trunk.auth };
  return { auth: { kind: 'userpass', username: sip_username, password } };
}

/** As an extension we register with the PBX; a number is brought to us by the carrier. */
function registrationOf(settings: TrunkSettings, was: TrunkSettings, before: Trunk): Trunk['registration'] {
  if (before.name !== '' && settings.sip_trunk_type === was.sip_trunk_type) return before.registration;
  return settings.sip_trunk_type === 'extension' ? 'we-register' : 'none';
}

function gatewaysOf({ sip_address }: TrunkSettings, { base, now, newGatewayId }: ToTrunkParts): Gateway[] {
  const { gateways } = base.trunk;
  const first = firstGateway(gateways);
  if (sip_address === null || first?.host === sip_address) return gateways;
  const { port, priority, weight } = first ?? { port: 5060, priority: 1, weight: 0 };
  // The dialect's address has no port, so a name leads to its servers by SRV (RFC 3263 §4.2), or to the usual port without.
  const led = first === undefined || first.srv === true ? srvOf(sip_address) : {};
  const fresh = { id: newGatewayId(), host: sip_address, port, priority, weight, created_at: now, ...led };
  return first === undefined ? [fresh] : gateways.map((gateway) => (gateway === first ? fresh : gateway));
}

function srvOf(address: string): Pick<Gateway, 'srv'> {
  return isIP(address) === 0 ? { srv: true } : {};
}

function numbersOf({ phone_number, nickname }: TrunkSettings, { base, now, newNumberId }: ToTrunkParts): TrunkNumber[] {
  const [first, ...others] = base.trunk.numbers;
  if (phone_number === null || first?.number === phone_number) return base.trunk.numbers;
  // The number's agent stays with the trunk: in this dialect the two are one thing.
  if (first !== undefined) return [{ ...first, number: phone_number, updated_at: now }, ...others];
  const fresh = { id: newNumberId(), number: phone_number, name: nickname, e164_check_enabled: false, agent: null };
  return [{ ...fresh, created_at: now, updated_at: now }];
}

function countryFor({ sip_trunk_type, phone_number, country_code }: TrunkSettings): string | null {
  const detected = sip_trunk_type === 'number' && phone_number !== null ? countryOf(phone_number) : null;
  return detected ?? country_code;
}

import type { Cidr } from '@trunkline/contracts/cidr';
import type { GatewayId } from '@trunkline/contracts/ids';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Instant } from '@trunkline/contracts/time';
import { type Gateway, type Registering, type Trunk, usualRegistering } from '@trunkline/contracts/trunk';
import { parseCidr } from '@trunkline/policy/address';
import { accept, type Result, refuse } from '../../result.ts';
import type { TrunkDraft } from '../../store/store.ts';
import { firstGateway } from '../famulor/from-trunk.ts';
import { combine, type Problem, problem } from '../refusal.ts';
import { withGiven } from './as-given.ts';
import { typeOf } from './from-trunk.ts';
import type { TrunkSettings } from './trunk-body.ts';

export interface ToTrunkParts {
  /** On an update the present trunk, else a blank one. */
  readonly base: TrunkDraft;
  readonly password: Sealed | null;
  readonly now: Instant;
  readonly newGatewayId: () => GatewayId;
}

const kinds: Readonly<Record<TrunkSettings['trunk_type'], Pick<Trunk, 'direction' | 'registration'>>> = {
  // Its calls come from the carrier that registers with us, and ours go to where it has registered.
  inbound: { direction: 'both', registration: 'they-register' },
  outbound: { direction: 'outbound', registration: 'we-register' },
  peer2peer: { direction: 'both', registration: 'none' },
};

/**
 * Pure: the settings of this dialect as the domain trunk. Numbers, further gateways, access lists, codecs and number formats stay
 * as they are. The host's address, where it is written as one, may call in on a peer-to-peer trunk.
 */
export function toTrunk(settings: TrunkSettings, parts: ToTrunkParts): Result<TrunkDraft, Problem> {
  const { base, password, now } = parts;
  const before = base.trunk;
  const [first, ...others] = judge(settings, password);
  if (first !== undefined) return refuse(combine([first, ...others]));
  const { username, trunk_type, status } = settings;
  const sameKind = before.name !== '' && typeOf(before) === trunk_type;
  const { direction, registration } = sameKind ? before : kinds[trunk_type];
  const trunk: Trunk = {
    ...before,
    name: settings.name,
    direction,
    registration,
    auth: username === null || password === null ? { kind: 'ip' } : { kind: 'userpass', username, password },
    gateways: gatewaysOf(settings, parts),
    acl: aclOf(settings, before),
    transport: settings.transport,
    limits: { ...before.limits, channels: settings.max_channels },
    is_active: status === 'active',
    updated_at: now,
    ...registeringOf(settings, before),
  };
  const given = { maintenance: status === 'maintenance', port: settings.port };
  return accept({ trunk, as_given: withGiven(base.as_given, given) });
}

function judge({ host, trunk_type, username }: TrunkSettings, password: Sealed | null): readonly Problem[] {
  const problems: Problem[] = [];
  if (host === null && trunk_type !== 'inbound') {
    problems.push(problem(400, 'host is required unless trunk_type is inbound', 'host'));
  }
  if (trunk_type !== 'peer2peer' && username === null) {
    problems.push(problem(400, `username is required for an ${trunk_type} trunk`, 'username'));
  }
  if (username !== null && password === null) {
    problems.push(problem(400, 'password is required with username', 'password'));
  }
  return problems;
}

function gatewaysOf({ host, port }: TrunkSettings, { base, now, newGatewayId }: ToTrunkParts): Gateway[] {
  const { gateways } = base.trunk;
  const first = firstGateway(gateways);
  const others = gateways.filter((gateway) => gateway !== first);
  if (host === null) return others;
  if (first?.host === host && first.port === port) return gateways;
  const { priority, weight } = first ?? { priority: 1, weight: 0 };
  const fresh = { id: newGatewayId(), host, port, priority, weight, created_at: now };
  return first === undefined ? [fresh] : gateways.map((gateway) => (gateway === first ? fresh : gateway));
}

/** The host's own address comes and goes with the host; what another dialect listed stays. */
function aclOf({ host, trunk_type }: TrunkSettings, before: Trunk): Cidr[] {
  const [old, fresh] = [firstGateway(before.gateways)?.host ?? null, host].map(addressOf);
  const kept = before.acl.filter((cidr) => cidr !== old || old === fresh);
  if (fresh === undefined || trunk_type !== 'peer2peer' || kept.includes(fresh)) return kept;
  return old === fresh && before.name !== '' ? kept : [...kept, fresh];
}

function addressOf(host: string | null): Cidr | undefined {
  const read = host === null ? undefined : parseCidr(host);
  return read?.kind === 'ok' ? read.network.cidr : undefined;
}

/** What is as usual is left out, unless it was said before. */
function registeringOf(settings: TrunkSettings, before: Trunk): { registering?: Registering } {
  const { retry_interval, expiration, contact_user } = settings;
  const registering = { expires_s: expiration, retry_s: retry_interval, contact_user };
  const usual = JSON.stringify(registering) === JSON.stringify(usualRegistering);
  return usual && before.registering === undefined ? {} : { registering };
}

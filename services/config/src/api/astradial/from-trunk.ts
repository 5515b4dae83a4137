import { type Trunk, usualRegistering } from '@trunkline/contracts/trunk';
import type { TrunkDraft } from '../../store/store.ts';
import { firstGateway } from '../famulor/from-trunk.ts';
import { readGiven } from './as-given.ts';
import { defaultSettings, type TrunkSettings } from './trunk-body.ts';

/** Pure: the domain trunk as this dialect says it: its first gateway. */
export function fromTrunk({ trunk, as_given }: TrunkDraft): TrunkSettings {
  const given = readGiven(as_given);
  const gateway = firstGateway(trunk.gateways);
  const { expires_s, retry_s, contact_user } = trunk.registering ?? usualRegistering;
  return {
    name: trunk.name,
    host: gateway?.host ?? null,
    port: gateway?.port ?? given?.port ?? defaultSettings.port,
    username: trunk.auth.kind === 'userpass' ? trunk.auth.username : null,
    transport: trunk.transport,
    trunk_type: typeOf(trunk),
    retry_interval: retry_s,
    expiration: expires_s,
    contact_user,
    max_channels: trunk.limits.channels,
    status: trunk.is_active ? 'active' : given?.maintenance === true ? 'maintenance' : 'inactive',
  };
}

/** Who registers decides; a trunk that only takes calls is inbound even where nobody does. */
export function typeOf({ registration, direction }: Trunk): TrunkSettings['trunk_type'] {
  if (registration === 'they-register') return 'inbound';
  if (registration === 'we-register') return 'outbound';
  return direction === 'inbound' ? 'inbound' : 'peer2peer';
}

import { type Trunk, usualCallerIdentity, usualRegistering } from '@trunkline/contracts/trunk';
import type { Settings } from './settings-body.ts';

/** Pure: the settings of a trunk, at their usual values where nothing was said. */
export function fromTrunk(trunk: Trunk): Settings {
  return {
    recording: trunk.media.recording ?? false,
    direction: trunk.direction,
    registration: trunk.registration,
    registering: trunk.registering ?? usualRegistering,
    fixed_address: trunk.fixed_address ?? false,
    number_format: trunk.number_format,
    limits: trunk.limits,
    over_limit: trunk.over_limit ?? 'unavailable',
    caller_identity: trunk.caller_identity ?? usualCallerIdentity,
    gateway_tls: trunk.gateway_tls ?? null,
    gateways: trunk.gateways.map(({ id, host, port, priority, weight, srv = false }) => {
      return { id, host, port, priority, weight, srv };
    }),
  };
}

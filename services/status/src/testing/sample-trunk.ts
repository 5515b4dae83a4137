import type { Access } from '@trunkline/contracts/access';
import type { Agent } from '@trunkline/contracts/agent';
import type { EdgeHeartbeat } from '@trunkline/contracts/edge-heartbeat';
import type { GatewayId, NumberId } from '@trunkline/contracts/ids';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Trunk } from '@trunkline/contracts/trunk';
import { accountA, agentA, edge1, start, trunkA } from './sample-calls.ts';

export const sealedPassword = 'v1.key.bm9uY2U.c2VhbGVkLXBhc3N3b3Jk' as Sealed;

export function sampleTrunk(changes: Partial<Trunk> = {}): Trunk {
  return {
    id: trunkA,
    account: accountA,
    name: 'Carrier A',
    provider: 'carrier',
    description: null,
    direction: 'both',
    auth: { kind: 'userpass', username: 'carrier-user', password: sealedPassword },
    registration: 'none',
    gateways: [
      {
        id: '0W000000000000000000000001' as GatewayId,
        host: 'sip.carrier.example',
        port: 5060,
        priority: 1,
        weight: 1,
        created_at: start,
      },
    ],
    acl: [],
    transport: 'udp',
    media: { codecs: ['PCMU'], encryption: 'no', symmetric_rtp: true, direct_media: false, ice: false },
    force_rport: true,
    number_format: { style: '+e164', country: null },
    qualify: { interval_s: 60 },
    limits: { channels: null, calls_per_second: null },
    numbers: [
      {
        id: '0N000000000000000000000001' as NumberId,
        number: '+4930222',
        name: null,
        e164_check_enabled: false,
        agent: agentA,
        created_at: start,
        updated_at: start,
      },
    ],
    is_active: true,
    expires_at: null,
    created_at: start,
    updated_at: start,
    ...changes,
  };
}

export const sampleAgent: Agent = {
  id: agentA,
  account: accountA,
  name: 'Anna',
  uri: 'sip:127.0.0.1:5080',
  auth: null,
  acl: [],
  is_active: true,
  created_at: start,
  updated_at: start,
};

export function sampleHeartbeat(changes: Partial<EdgeHeartbeat> = {}): EdgeHeartbeat {
  const applied = { trunks: 1, agents: 1 };
  return { edge: edge1, at: start, started_at: start, applied, calls: 3, draining: false, ...changes };
}

export const accessA: Access = { account: accountA, role: 'owner', operator: false, expires_at: null };

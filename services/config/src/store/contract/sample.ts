import type { Agent } from '@trunkline/contracts/agent';
import type { Cidr } from '@trunkline/contracts/cidr';
import type { AccountId, AgentId, GatewayId, NumberId, TrunkId } from '@trunkline/contracts/ids';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Instant } from '@trunkline/contracts/time';
import type { Trunk, TrunkNumber } from '@trunkline/contracts/trunk';
import { countingIds } from '@trunkline/testkit/counting-ids';
import type { AgentDraft, Author, StoredToken, TrunkDraft } from '../store.ts';

/** Things for tests to store. Each call makes new ids. */
const ids = countingIds();
const at = 1_800_000_000_000 as Instant;
export const sampleSeal = 'v1.key.nonce.text' as Sealed;

export function sampleNumber(number: string, agent: AgentId | null = null): TrunkNumber {
  return {
    id: ids.ulid() as NumberId,
    number,
    name: null,
    e164_check_enabled: false,
    agent,
    created_at: at,
    updated_at: at,
  };
}

export function sampleTrunk(account: AccountId, change: Partial<Trunk> = {}): TrunkDraft {
  const id = ids.ulid() as TrunkId;
  const trunk: Trunk = {
    id,
    account,
    name: `trunk ${id}`,
    provider: 'custom',
    description: null,
    direction: 'both',
    auth: { kind: 'userpass', username: `user${id}`, password: sampleSeal },
    registration: 'we-register',
    gateways: ['b.example', 'a.example'].map((host) => ({
      id: ids.ulid() as GatewayId,
      host,
      port: 5060,
      priority: 1,
      weight: 0,
      created_at: at,
      ...(host === 'a.example' ? { srv: true } : {}),
    })),
    acl: ['203.0.113.0/24', '2001:db8::/32', '192.0.2.1/32'] as Cidr[],
    transport: 'udp',
    media: { codecs: ['PCMA', 'PCMU'], encryption: 'no', symmetric_rtp: true, direct_media: false, ice: false },
    force_rport: true,
    number_format: { style: '+e164', country: 'DE' },
    qualify: { interval_s: 60 },
    limits: { channels: 10, calls_per_second: 0.5 },
    numbers: [],
    is_active: true,
    expires_at: null,
    created_at: at,
    updated_at: at,
    ...change,
  };
  return { trunk, as_given: { bolna: { allow: 'alaw,ulaw', list: ['192.0.2.1'] } } };
}

export function sampleAgent(account: AccountId, change: Partial<Agent> = {}): AgentDraft {
  const id = ids.ulid() as AgentId;
  const agent: Agent = {
    id,
    account,
    name: `agent ${id}`,
    uri: 'sip:agent@192.0.2.10',
    auth: null,
    acl: ['192.0.2.10/32'] as Cidr[],
    is_active: true,
    created_at: at,
    updated_at: at,
    ...change,
  };
  return { agent, as_given: { ip_identifiers: ['192.0.2.10'] } };
}

export function sampleToken(account: AccountId, change: Partial<StoredToken> = {}): StoredToken {
  const id = ids.ulid();
  return { id, hash: `hash${id}`, account, role: 'owner', name: 'test', expires_at: null, created_at: at, ...change };
}

/** An id that was never given to anything. */
export function freshId(): string {
  return ids.ulid();
}

export function sampleAuthor(account: AccountId, change: Partial<Author> = {}): Author {
  return { account, token: { id: 'token', name: 'tester' }, request: 'request', at, entry: ids.ulid(), ...change };
}

import { type Agent, agentSchema } from '@trunkline/contracts/agent';
import type { Sealed } from '@trunkline/contracts/sealed';
import { type CallerIdentity, type Trunk, trunkSchema, usualCallerIdentity } from '@trunkline/contracts/trunk';
import { createSealer, sealContext } from '@trunkline/runtime/seal';
import { countingIds } from '@trunkline/testkit/counting-ids';

/** Where the user agents of the stories are. */
export const places = {
  carrier: '203.0.113.7',
  secondGateway: '203.0.113.8',
  agent: '198.51.100.20',
  stranger: '192.0.2.66',
} as const;

export const numbers = { ours: '+4930123456', callee: '+498912345678' } as const;

/** Far from the ids that an edge under test makes. */
const ids = countingIds(1_000_000);
const created_at = 1_790_000_000_000;
const sealer = createSealer([new Uint8Array(32).fill(7)]);

export const accounts = { acme: ids.ulid(), other: ids.ulid() } as const;
export const newId = (): string => ids.ulid();

/** As the edge opens them: policy names the owner by its KV key, `<account>.<id>`. */
export function openSecret(sealed: Sealed, key: string): string {
  const [account = '', owner = ''] = key.split('.');
  const secret = sealer.open(sealed, sealContext(account, owner));
  if (secret === undefined) throw new Error('a sealed secret cannot be opened');
  return secret;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

function sealed({ username, password }: Credentials, account: string, owner: string) {
  return { username, password: sealer.seal(password, sealContext(account, owner)) };
}

export interface AgentOptions {
  readonly id?: string;
  readonly account?: string;
  readonly name?: string;
  readonly uri?: string;
  readonly acl?: readonly string[];
  readonly credentials?: Credentials;
  readonly is_active?: boolean;
}

export function anAgent(options: AgentOptions = {}): Agent {
  const { id = newId(), account = accounts.acme, name = 'Support', uri = `sip:${places.agent}` } = options;
  const { acl = [`${places.agent}/32`], credentials, is_active = true } = options;
  const auth = credentials === undefined ? null : sealed(credentials, account, id);
  return agentSchema.parse({ id, account, name, uri, auth, acl, is_active, created_at, updated_at: created_at });
}

export interface NumberOptions {
  readonly number?: string;
  readonly agent?: Agent | null;
}

export interface TrunkOptions
  extends Partial<Pick<Trunk, 'direction' | 'is_active' | 'limits' | 'media' | 'transport' | 'over_limit'>> {
  readonly id?: string;
  readonly account?: string;
  readonly name?: string;
  readonly acl?: readonly string[];
  readonly credentials?: Credentials;
  readonly gateways?: readonly string[];
  readonly numbers?: readonly NumberOptions[];
  readonly expires_at?: number;
  /** What differs from the usual. */
  readonly caller_identity?: Partial<CallerIdentity>;
}

export const plainMedia: Trunk['media'] = {
  codecs: ['PCMU', 'PCMA'],
  encryption: 'no',
  symmetric_rtp: true,
  direct_media: false,
  ice: false,
};

/** Gateways are tried in the order given. */
export function aTrunk(options: TrunkOptions = {}): Trunk {
  const { id = newId(), account = accounts.acme, name = 'Acme Telecom', credentials } = options;
  const { gateways = [places.carrier, places.secondGateway], numbers: own = [{}] } = options;
  return trunkSchema.parse({
    id,
    account,
    name,
    provider: 'acme',
    description: null,
    direction: options.direction ?? 'both',
    auth: credentials === undefined ? { kind: 'ip' } : { kind: 'userpass', ...sealed(credentials, account, id) },
    registration: 'none',
    gateways: gateways.map((host, priority) => ({ id: newId(), host, port: 5060, priority, weight: 1, created_at })),
    acl: options.acl ?? [`${places.carrier}/32`],
    transport: options.transport ?? 'udp',
    media: options.media ?? plainMedia,
    force_rport: true,
    number_format: { style: '+e164', country: 'DE' },
    qualify: { interval_s: 0 },
    limits: options.limits ?? { channels: null, calls_per_second: null },
    numbers: own.map(({ number = numbers.ours, agent = null }) => ({
      id: newId(),
      number,
      name: null,
      e164_check_enabled: false,
      agent: agent?.id ?? null,
      created_at,
      updated_at: created_at,
    })),
    is_active: options.is_active ?? true,
    expires_at: options.expires_at ?? null,
    created_at,
    updated_at: created_at,
    caller_identity: { ...usualCallerIdentity, ...options.caller_identity },
    over_limit: options.over_limit,
  });
}

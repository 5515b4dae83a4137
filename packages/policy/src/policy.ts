import type { Binding } from '@trunkline/contracts/bindings';
import type { Cidr } from '@trunkline/contracts/cidr';
import type { AccountId, AgentId, GatewayId, NumberId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { CallerIdentity, GatewayTls, OverLimit, Registering, Trunk } from '@trunkline/contracts/trunk';
import type { DigestAlgorithm } from '@trunkline/sip/digest-algorithm';
import type { NationalReading } from './national-readings.ts';

/**
 * A trunk as admission and the call need it: the published trunk without its numbers, passwords and stamps. Never changed: a
 * newer trunk is a new object, so a call goes on with the one that it was admitted by.
 */
export interface PolicyTrunk
  extends Pick<
    Trunk,
    | 'name'
    | 'direction'
    | 'registration'
    | 'gateways'
    | 'transport'
    | 'media'
    | 'force_rport'
    | 'number_format'
    | 'qualify'
    | 'limits'
    | 'is_active'
    | 'expires_at'
  > {
  readonly caller_identity: CallerIdentity;
  readonly over_limit: OverLimit;
  readonly kind: 'trunk';
  readonly id: TrunkId;
  readonly account: AccountId;
  /** Key in KV bucket `trunks`. */
  readonly key: string;
  /** Null on trunks without digest. */
  readonly username: string | null;
  /** Canonical networks; entries that could not be read are missing, so they admit nobody. */
  readonly acl: readonly Cidr[];
  readonly number_count: number;
  /** Requests to the carrier leave from the installation's fixed address. */
  readonly fixed_address: boolean;
  /** How gateways that are reached over TLS are judged; absent: as everybody. */
  readonly gateway_tls?: GatewayTls | undefined;
  /** How we register; null: as usual on this edge. */
  readonly registering: Registering | null;
}

export interface PolicyAgent {
  readonly kind: 'agent';
  readonly id: AgentId;
  readonly account: AccountId;
  /** Key in KV bucket `agents`. */
  readonly key: string;
  readonly name: string;
  readonly uri: string;
  readonly username: string | null;
  readonly acl: readonly Cidr[];
  readonly is_active: boolean;
}

/** Who may stand behind an INVITE. Compared by identity. */
export type Principal = PolicyTrunk | PolicyAgent;

/** A number of a trunk. */
export interface PolicyNumber {
  readonly id: NumberId;
  /** As the tenant gave it. */
  readonly number: string;
  readonly agent: AgentId | null;
  readonly trunk: PolicyTrunk;
}

/** The owners of one network in which an address lies. */
export interface AclMatch<Owner> {
  readonly cidr: Cidr;
  /** Prefix length, bits. */
  readonly length: number;
  readonly owners: ReadonlySet<Owner>;
}

export interface ServiceRoute {
  /** `host:port` of the gateway that it is for. */
  readonly registrar: string;
  readonly routes: readonly string[];
}

/** What admission asks of the configuration in memory. Every answer is synchronous, and valid until the next change. */
export interface Policy {
  /** RFC 7616 §3.3: the realm of every challenge and of every password. */
  readonly realm: string;
  /** Algorithms to offer in a challenge, most wanted first (RFC 8760 §2.4). */
  readonly algorithms: readonly [DigestAlgorithm, ...DigestAlgorithm[]];
  /** Longest prefix first. Empty for an address that cannot be read. */
  trunksBySource(address: string): readonly AclMatch<PolicyTrunk>[];
  /** Longest prefix first. Empty for an address that cannot be read. */
  agentsBySource(address: string): readonly AclMatch<PolicyAgent>[];
  /** Trunks that take inbound calls by digest, with that user name. */
  trunksByUsername(username: string): ReadonlySet<PolicyTrunk>;
  agentsByUsername(username: string): ReadonlySet<PolicyAgent>;
  /** The trunk that we register with this user part in our Contact; undefined for any other. */
  trunkByContactUser(user: string): PolicyTrunk | undefined;
  /** The trunk's number when it has exactly one. */
  onlyNumberOf(trunk: PolicyTrunk): PolicyNumber | undefined;
  /** The first number of each of the account's trunks that show foreign caller numbers. */
  numbersShowingForeign(account: AccountId): readonly PolicyNumber[];
  /** Where the agent or trunk of that KV key has registered, in the order of calling. */
  bindingsOf(principal: Principal, now: Instant): readonly Binding[];
  /** What the registrar that accepted us last wants our requests to pass (RFC 3608); undefined when it wants nothing. */
  serviceRouteOf(trunk: PolicyTrunk): ServiceRoute | undefined;
  /** False when the gateway's probes and calls of late say so. */
  isReachable(gateway: GatewayId): boolean;
  /** Numbers under a key of `dialKeys` or `lookupKeys`. */
  byNumber(key: string): readonly PolicyNumber[];
  /** Keys that a dialled number has beyond its plain ones, by the countries of the trunks. */
  nationalReadings(user: string): readonly NationalReading[];
  agent(key: string): PolicyAgent | undefined;
  agentsOf(account: AccountId): ReadonlySet<PolicyAgent>;
  /** RFC 7616 §3.4.2: the hash of user name, realm and password. Undefined when the password cannot be opened. */
  ha1(principal: Principal, algorithm: DigestAlgorithm): string | undefined;
  /** The password in clear. Undefined when there is none or it cannot be opened. */
  openPassword(principal: Principal): string | undefined;
}

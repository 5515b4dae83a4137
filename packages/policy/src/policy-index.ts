import type { Agent } from '@trunkline/contracts/agent';
import type { Binding } from '@trunkline/contracts/bindings';
import type { AccountId, GatewayId } from '@trunkline/contracts/ids';
import { agentKey, bindingsKey, trunkKey } from '@trunkline/contracts/nats-map';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Instant } from '@trunkline/contracts/time';
import type { Trunk } from '@trunkline/contracts/trunk';
import type { DigestAlgorithm } from '@trunkline/sip/digest-algorithm';
import { AclIndex } from './acl-index.ts';
import { compileTrunk } from './compile-trunk.ts';
import { MultiMap } from './multi-map.ts';
import { NationalReadings } from './national-readings.ts';
import { NumberIndex } from './number-index.ts';
import type { Policy, PolicyAgent, PolicyNumber, PolicyTrunk, Principal } from './policy.ts';
import { readAcl } from './read-acl.ts';
import { inOrderOfCalling } from './registrar-update.ts';
import { type OpenSecret, Secrets } from './secrets.ts';

export interface PolicyIndexOptions {
  readonly openSecret: OpenSecret;
  /** Default `trunkline`. Agents and carriers hash it with their passwords. */
  readonly realm?: string;
  /** Default MD5 alone: many carriers' user agents fail on a second challenge or on SHA-256. Responses in either are taken. */
  readonly algorithms?: Policy['algorithms'];
  /** The user part of our Contact for a trunk that we register, by its KV key: the same on every edge, and nobody can guess it. */
  readonly contactUser?: (key: string) => string;
}

/**
 * What became of a put. `unreadable` lists ACL entries that admit nobody because they cannot be read; `older` means that the
 * same or a newer revision is already in use.
 */
export type PutResult =
  | { readonly kind: 'applied'; readonly unreadable: readonly string[] }
  | { readonly kind: 'older'; readonly present: number };

/** A {@link Policy} that follows the KV buckets. Each change is applied as a whole, in time proportional to the one trunk. */
export interface PolicyIndex extends Policy {
  /** `revision` is the KV revision; it rises with every change of the bucket. */
  putTrunk(trunk: Trunk, revision: number): PutResult;
  /** Returns false when there is no such trunk. */
  removeTrunk(key: string): boolean;
  putAgent(agent: Agent, revision: number): PutResult;
  removeAgent(key: string): boolean;
  trunk(key: string): PolicyTrunk | undefined;
  /** Changes when and only when another password is given. */
  sealedPassword(principal: Principal): Sealed | undefined;
  setReachable(gateway: GatewayId, reachable: boolean): void;
  /** By {@link bindingsKey}; an empty list forgets them. */
  setBindings(key: string, bindings: readonly Binding[]): void;
  /** Keys in use, to remove those that a full scan of the bucket no longer has. */
  trunkKeys(): Iterable<string>;
  agentKeys(): Iterable<string>;
  readonly counts: { readonly trunks: number; readonly agents: number; readonly numberKeys: number };
}

interface Stored<T> {
  readonly value: T;
  readonly revision: number;
  readonly numbers: readonly PolicyNumber[];
}

export function createPolicyIndex(options: PolicyIndexOptions): PolicyIndex {
  return new Index(options);
}

class Index implements PolicyIndex {
  readonly realm: string;
  readonly algorithms: Policy['algorithms'];
  readonly #secrets: Secrets;
  readonly #trunks = new Map<string, Stored<PolicyTrunk>>();
  readonly #agents = new Map<string, Stored<PolicyAgent>>();
  readonly #trunkAcl = new AclIndex<PolicyTrunk>();
  readonly #agentAcl = new AclIndex<PolicyAgent>();
  readonly #trunksByUsername = new MultiMap<string, PolicyTrunk>();
  readonly #agentsByUsername = new MultiMap<string, PolicyAgent>();
  readonly #byCountry = new MultiMap<string, PolicyTrunk>();
  readonly #byAccount = new MultiMap<AccountId, PolicyAgent>();
  readonly #showingForeign = new MultiMap<AccountId, PolicyTrunk>();
  readonly #numbers = new NumberIndex();
  readonly #byContactUser = new Map<string, PolicyTrunk>();
  readonly #unreachable = new Set<GatewayId>();
  readonly #bindings = new Map<string, readonly Binding[]>();
  readonly #contactUser: (key: string) => string | undefined;
  readonly #readings = new NationalReadings();
  readonly #interned = new Map<string, object>();

  constructor({ openSecret, realm = 'trunkline', algorithms = ['MD5'], contactUser }: PolicyIndexOptions) {
    this.realm = realm;
    this.algorithms = algorithms;
    this.#contactUser = contactUser ?? (() => undefined);
    this.#secrets = new Secrets(realm, openSecret);
  }

  putTrunk(source: Trunk, revision: number): PutResult {
    const key = trunkKey(source.account, source.id);
    const present = this.#trunks.get(key)?.revision ?? -1;
    if (revision <= present) return { kind: 'older', present };
    const { trunk, numbers, password, unreadable } = compileTrunk(source, (value) => this.#intern(value));
    this.removeTrunk(key);
    this.#trunks.set(key, { value: trunk, revision, numbers });
    for (const cidr of trunk.acl) this.#trunkAcl.insert(cidr, trunk);
    for (const number of numbers) this.#numbers.add(number);
    if (takesDigest(trunk)) this.#trunksByUsername.add(trunk.username, trunk);
    if (password !== null) this.#secrets.keep(trunk, password);
    if (trunk.caller_identity.foreign_numbers) this.#showingForeign.add(trunk.account, trunk);
    const contact = this.#contactUserOf(trunk);
    if (contact !== undefined) this.#byContactUser.set(contact, trunk);
    const { country } = trunk.number_format;
    if (country !== null && this.#byCountry.add(country, trunk)) this.#readings.forget();
    return { kind: 'applied', unreadable };
  }

  removeTrunk(key: string): boolean {
    const stored = this.#trunks.get(key);
    if (stored === undefined) return false;
    const { value: trunk, numbers } = stored;
    this.#trunks.delete(key);
    for (const cidr of trunk.acl) this.#trunkAcl.remove(cidr, trunk);
    for (const number of numbers) this.#numbers.remove(number);
    if (trunk.username !== null) this.#trunksByUsername.remove(trunk.username, trunk);
    this.#showingForeign.remove(trunk.account, trunk);
    const contact = this.#contactUserOf(trunk);
    if (contact !== undefined) this.#byContactUser.delete(contact);
    const { country } = trunk.number_format;
    if (country !== null && this.#byCountry.remove(country, trunk)) this.#readings.forget();
    return true;
  }

  putAgent(source: Agent, revision: number): PutResult {
    const { id, account, name, uri, auth, is_active } = source;
    const key = agentKey(account, id);
    const present = this.#agents.get(key)?.revision ?? -1;
    if (revision <= present) return { kind: 'older', present };
    const username = auth?.username ?? null;
    const { acl, unreadable } = readAcl(source.acl);
    const agent: PolicyAgent = { kind: 'agent', id, account, key, name, uri, username, acl, is_active };
    this.removeAgent(key);
    this.#agents.set(key, { value: agent, revision, numbers: [] });
    for (const cidr of acl) this.#agentAcl.insert(cidr, agent);
    this.#byAccount.add(account, agent);
    if (auth !== null) {
      this.#agentsByUsername.add(auth.username, agent);
      this.#secrets.keep(agent, auth.password);
    }
    return { kind: 'applied', unreadable };
  }

  removeAgent(key: string): boolean {
    const agent = this.#agents.get(key)?.value;
    if (agent === undefined) return false;
    this.#agents.delete(key);
    for (const cidr of agent.acl) this.#agentAcl.remove(cidr, agent);
    this.#byAccount.remove(agent.account, agent);
    if (agent.username !== null) this.#agentsByUsername.remove(agent.username, agent);
    return true;
  }

  trunksBySource = (address: string) => this.#trunkAcl.lookup(address);
  agentsBySource = (address: string) => this.#agentAcl.lookup(address);
  trunksByUsername = (username: string) => this.#trunksByUsername.get(username);
  agentsByUsername = (username: string) => this.#agentsByUsername.get(username);
  trunkByContactUser = (user: string) => this.#byContactUser.get(user);
  onlyNumberOf = (trunk: PolicyTrunk) => {
    const stored = this.#trunks.get(trunk.key);
    return stored?.value === trunk && stored.numbers.length === 1 ? stored.numbers[0] : undefined;
  };
  numbersShowingForeign = (account: AccountId) =>
    [...this.#showingForeign.get(account)].flatMap((trunk) => this.#trunks.get(trunk.key)?.numbers.slice(0, 1) ?? []);
  bindingsOf = (principal: Principal, now: Instant) =>
    inOrderOfCalling(this.#bindings.get(bindingsKey(principal)) ?? [], now);
  isReachable = (gateway: GatewayId) => !this.#unreachable.has(gateway);
  byNumber = (key: string) => this.#numbers.get(key);
  nationalReadings = (user: string) => this.#readings.of(user, this.#byCountry.keys());
  agent = (key: string) => this.#agents.get(key)?.value;
  agentsOf = (account: AccountId) => this.#byAccount.get(account);
  ha1 = (principal: Principal, algorithm: DigestAlgorithm) => this.#secrets.ha1(principal, algorithm);
  openPassword = (principal: Principal) => this.#secrets.open(principal);

  trunk = (key: string) => this.#trunks.get(key)?.value;
  sealedPassword = (principal: Principal) => this.#secrets.sealed(principal);

  setBindings(key: string, bindings: readonly Binding[]): void {
    if (bindings.length === 0) this.#bindings.delete(key);
    else this.#bindings.set(key, bindings);
  }

  setReachable(gateway: GatewayId, reachable: boolean): void {
    if (reachable) this.#unreachable.delete(gateway);
    else this.#unreachable.add(gateway);
  }

  trunkKeys = () => this.#trunks.keys();
  agentKeys = () => this.#agents.keys();

  get counts() {
    return { trunks: this.#trunks.size, agents: this.#agents.size, numberKeys: this.#numbers.keyCount };
  }

  #contactUserOf(trunk: PolicyTrunk): string | undefined {
    return trunk.registration === 'we-register' ? this.#contactUser(trunk.key) : undefined;
  }

  #intern<T extends object>(value: T): T {
    const text = JSON.stringify(value);
    const present = this.#interned.get(text);
    if (present !== undefined) return present as T;
    if (this.#interned.size < maxInterned) this.#interned.set(text, value);
    return value;
  }
}

/** Settings shared between trunks; a trunk with rarer ones keeps its own copy. */
const maxInterned = 10_000;

/** A trunk that only calls out has its user name for the carrier, not for us. */
function takesDigest(trunk: PolicyTrunk): trunk is PolicyTrunk & { readonly username: string } {
  return trunk.username !== null && trunk.direction !== 'outbound';
}

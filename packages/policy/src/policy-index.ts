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
import type { Policy, PolicyAgent, PolicyTrunk, Principal, ServiceRoute } from './policy.ts';
import { readAcl } from './read-acl.ts';
import { inOrderOfCalling } from './registrar-update.ts';
import { sameContent } from './same-content.ts';
import { type OpenSecret, Secrets } from './secrets.ts';
import type { TrunkNumbers } from './trunk-numbers.ts';

export interface PolicyIndexOptions {
  readonly openSecret: OpenSecret;
  /** Default `trunkline`. Agents and carriers hash it with their passwords. */
  readonly realm?: string;
  /** Default MD5 alone (docs/adr/0017-digest.md). Responses in either are taken. */
  readonly algorithms?: Policy['algorithms'];
  /** The user part of our Contact for a trunk that we register, by its KV key: the same on every edge, and nobody can guess it. */
  readonly contactUser?: (key: string) => string;
  /** 32 random bits, so that nobody can choose numbers that all fall into one place of the index. */
  readonly seed?: number;
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
  /** `revision` rises with every change: what comes with an older one is left aside. */
  putTrunk(trunk: Trunk, revision: number): PutResult;
  /** Returns false when there is no such trunk. */
  removeTrunk(key: string): boolean;
  putAgent(agent: Agent, revision: number): PutResult;
  removeAgent(key: string): boolean;
  trunk(key: string): PolicyTrunk | undefined;
  /** Changes when and only when another password is given. */
  sealedPassword(principal: Principal): Sealed | undefined;
  setReachable(gateway: GatewayId, reachable: boolean): void;
  /** By the trunk's KV key; undefined forgets it. */
  setServiceRoute(key: string, route: ServiceRoute | undefined): void;
  /** By {@link bindingsKey}; an empty list forgets them. */
  setBindings(key: string, bindings: readonly Binding[]): void;
  /** Keys in use, to remove those that a full scan of the bucket no longer has. */
  trunkKeys(): Iterable<string>;
  /** Keys of the trunks that ask something of an edge without any call: a registration, or whether their gateways are there. */
  readonly keptTrunks: ReadonlySet<string>;
  agentKeys(): Iterable<string>;
  readonly counts: { readonly trunks: number; readonly agents: number; readonly numberKeys: number };
}

interface Stored<T> {
  readonly value: T;
  readonly revision: number;
}

interface StoredTrunk extends Stored<PolicyTrunk> {
  readonly numbers: TrunkNumbers;
  /** Where the index of numbers has them. */
  readonly slot: number;
}

export function createPolicyIndex(options: PolicyIndexOptions): PolicyIndex {
  return new Index(options);
}

class Index implements PolicyIndex {
  readonly realm: string;
  readonly algorithms: Policy['algorithms'];
  readonly #secrets: Secrets;
  readonly #trunks = new Map<string, StoredTrunk>();
  readonly #agents = new Map<string, Stored<PolicyAgent>>();
  readonly #trunkAcl = new AclIndex<PolicyTrunk>();
  readonly #agentAcl = new AclIndex<PolicyAgent>();
  readonly #trunksByUsername = new MultiMap<string, PolicyTrunk>();
  readonly #agentsByUsername = new MultiMap<string, PolicyAgent>();
  /** How many trunks are of each country. */
  readonly #countries = new Map<string, number>();
  readonly #byAccount = new MultiMap<AccountId, PolicyAgent>();
  readonly #showingForeign = new MultiMap<AccountId, PolicyTrunk>();
  readonly #numbers: NumberIndex;
  readonly keptTrunks = new Set<string>();
  readonly #byContactUser = new Map<string, PolicyTrunk>();
  readonly #unreachable = new Set<GatewayId>();
  readonly #serviceRoutes = new Map<string, ServiceRoute>();
  readonly #bindings = new Map<string, readonly Binding[]>();
  readonly #contactUser: (key: string) => string | undefined;
  readonly #readings = new NationalReadings();
  readonly #interned = new Map<string, object>();
  #lastInterned: object | undefined;

  constructor({ openSecret, realm = 'trunkline', algorithms = ['MD5'], contactUser, seed = 0 }: PolicyIndexOptions) {
    this.realm = realm;
    this.algorithms = algorithms;
    this.#contactUser = contactUser ?? (() => undefined);
    this.#secrets = new Secrets(realm, openSecret);
    this.#numbers = new NumberIndex(seed);
  }

  putTrunk(source: Trunk, revision: number): PutResult {
    const key = trunkKey(source.account, source.id);
    const present = this.#trunks.get(key);
    if (present !== undefined && revision <= present.revision) return { kind: 'older', present: present.revision };
    const { trunk, numbers, networks, password, unreadable } = compileTrunk(source, key, (value) =>
      this.#intern(value),
    );
    if (present !== undefined) this.#withdraw(present.value);
    const slot = present?.slot ?? this.#numbers.add(numbers, textsOf(source));
    if (present !== undefined) this.#numbers.replace(slot, numbers);
    this.#trunks.set(key, { value: trunk, revision, numbers, slot });
    for (const network of networks) this.#trunkAcl.insertNetwork(network, trunk);
    if (takesDigest(trunk)) this.#trunksByUsername.add(trunk.username, trunk);
    if (password !== null) this.#secrets.keep(trunk, password);
    if (trunk.caller_identity.foreign_numbers) this.#showingForeign.add(trunk.account, trunk);
    const contact = this.#contactUserOf(trunk);
    if (contact !== undefined) this.#byContactUser.set(contact, trunk);
    if (trunk.registration === 'we-register' || trunk.qualify.interval_s > 0) this.keptTrunks.add(key);
    const { country } = trunk.number_format;
    if (country !== null) this.#count(country, 1);
    return { kind: 'applied', unreadable };
  }

  removeTrunk(key: string): boolean {
    const stored = this.#trunks.get(key);
    if (stored === undefined) return false;
    this.#trunks.delete(key);
    this.#numbers.remove(stored.slot);
    this.#withdraw(stored.value);
    return true;
  }

  /** All but its numbers. */
  #withdraw(trunk: PolicyTrunk): void {
    for (const cidr of trunk.acl) this.#trunkAcl.remove(cidr, trunk);
    if (trunk.username !== null) this.#trunksByUsername.remove(trunk.username, trunk);
    this.#showingForeign.remove(trunk.account, trunk);
    const contact = this.#contactUserOf(trunk);
    if (contact !== undefined) this.#byContactUser.delete(contact);
    this.keptTrunks.delete(trunk.key);
    const { country } = trunk.number_format;
    if (country !== null) this.#count(country, -1);
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
    this.#agents.set(key, { value: agent, revision });
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
    return stored?.value === trunk && trunk.number_count === 1 ? stored.numbers.all[0] : undefined;
  };
  numbersShowingForeign = (account: AccountId) =>
    [...this.#showingForeign.get(account)].flatMap(
      (trunk) => this.#trunks.get(trunk.key)?.numbers.all.slice(0, 1) ?? [],
    );
  bindingsOf = (principal: Principal, now: Instant) =>
    inOrderOfCalling(this.#bindings.get(bindingsKey(principal)) ?? [], now);
  serviceRouteOf = ({ key }: PolicyTrunk) => this.#serviceRoutes.get(key);
  isReachable = (gateway: GatewayId) => !this.#unreachable.has(gateway);
  byNumber = (key: string) => this.#numbers.get(key);
  nationalReadings = (user: string) => this.#readings.of(user, this.#countries.keys());
  agent = (key: string) => this.#agents.get(key)?.value;
  agentsOf = (account: AccountId) => this.#byAccount.get(account);
  ha1 = (principal: Principal, algorithm: DigestAlgorithm) => this.#secrets.ha1(principal, algorithm);
  openPassword = (principal: Principal) => this.#secrets.open(principal);

  trunk = (key: string) => this.#trunks.get(key)?.value;
  sealedPassword = (principal: Principal) => this.#secrets.sealed(principal);

  setServiceRoute(key: string, route: ServiceRoute | undefined): void {
    if (route === undefined) this.#serviceRoutes.delete(key);
    else this.#serviceRoutes.set(key, route);
  }

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

  #count(country: string, change: 1 | -1): void {
    const before = this.#countries.get(country) ?? 0;
    this.#countries.set(country, before + change);
    if (before + change === 0) this.#countries.delete(country);
    if (before === 0 || before + change === 0) this.#readings.forget();
  }

  #contactUserOf(trunk: PolicyTrunk): string | undefined {
    // One that the carrier insists on can be guessed, so it proves nothing.
    const isOurs = trunk.registration === 'we-register' && (trunk.registering?.contact_user ?? null) === null;
    return isOurs ? this.#contactUser(trunk.key) : undefined;
  }

  #intern<T extends object>(value: T): T {
    // Trunks of one carrier follow one another, and a comparison costs a tenth of a text.
    if (sameContent(value, this.#lastInterned)) return this.#lastInterned as T;
    const text = JSON.stringify(value);
    const present = this.#interned.get(text) ?? value;
    if (this.#interned.size < maxInterned) this.#interned.set(text, present);
    this.#lastInterned = present;
    return present as T;
  }
}

/** Settings shared between trunks; a trunk with rarer ones keeps its own copy. */
const maxInterned = 10_000;

function textsOf(source: Trunk): readonly string[] {
  return source.numbers.map(({ number }) => number);
}

/** A trunk that only calls out has its user name for the carrier, not for us. */
function takesDigest(trunk: PolicyTrunk): trunk is PolicyTrunk & { readonly username: string } {
  return trunk.username !== null && trunk.direction !== 'outbound';
}

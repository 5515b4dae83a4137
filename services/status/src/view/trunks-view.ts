import type { Agent } from '@trunkline/contracts/agent';
import type { AccountId, AgentId, TrunkId } from '@trunkline/contracts/ids';
import type { Trunk } from '@trunkline/contracts/trunk';

/** A trunk as status keeps it: nothing secret is taken in. */
export interface TrunkFacts
  extends Pick<
    Trunk,
    | 'id'
    | 'account'
    | 'name'
    | 'provider'
    | 'direction'
    | 'registration'
    | 'transport'
    | 'gateways'
    | 'numbers'
    | 'limits'
    | 'is_active'
    | 'expires_at'
  > {
  readonly auth: Trunk['auth']['kind'];
  /** Revision of the KV entry. */
  readonly generation: number;
}

export type AgentFacts = Pick<Agent, 'id' | 'account' | 'name' | 'is_active'>;

export function trunkFacts(trunk: Trunk, generation: number): TrunkFacts {
  const { id, account, name, provider, direction, registration, transport } = trunk;
  const { gateways, numbers, limits, is_active, expires_at } = trunk;
  const line = { id, account, name, provider, direction, registration, transport };
  return { ...line, gateways, numbers, limits, is_active, expires_at, auth: trunk.auth.kind, generation };
}

/** What is configured, as far as NATS told. As large as the configuration itself, which the config service bounds. */
export class TrunksView {
  readonly #byKey = new Map<string, TrunkFacts>();
  readonly #byId = new Map<TrunkId, TrunkFacts>();
  readonly #byAccount = new Map<AccountId, Map<TrunkId, TrunkFacts>>();
  /** Made when asked for, dropped when a trunk comes, changes or goes: a large account is not sorted at every look. */
  readonly #sorted = new Map<AccountId, readonly TrunkFacts[]>();
  readonly #agentKeys = new Map<string, AgentFacts>();
  readonly #agents = new Map<AgentId, AgentFacts>();

  /** Revisions arrive in order; after a loss of NATS' data they begin at 1 again, so a lower one is no older one. */
  putTrunk(key: string, facts: TrunkFacts): void {
    this.deleteTrunk(key);
    this.#byKey.set(key, facts);
    this.#byId.set(facts.id, facts);
    const ofAccount = this.#byAccount.get(facts.account) ?? new Map<TrunkId, TrunkFacts>();
    this.#byAccount.set(facts.account, ofAccount.set(facts.id, facts));
    this.#sorted.delete(facts.account);
  }

  deleteTrunk(key: string): TrunkFacts | undefined {
    const facts = this.#byKey.get(key);
    if (facts === undefined) return undefined;
    this.#byKey.delete(key);
    this.#byId.delete(facts.id);
    const ofAccount = this.#byAccount.get(facts.account);
    ofAccount?.delete(facts.id);
    this.#sorted.delete(facts.account);
    if (ofAccount?.size === 0) this.#byAccount.delete(facts.account);
    return facts;
  }

  trunk(id: TrunkId): TrunkFacts | undefined {
    return this.#byId.get(id);
  }

  /** By id, which is the order of creation. */
  trunksOf(account: AccountId): readonly TrunkFacts[] {
    const ofAccount = this.#byAccount.get(account);
    if (ofAccount === undefined) return [];
    const sorted = this.#sorted.get(account) ?? [...ofAccount.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#sorted.set(account, sorted);
    return sorted;
  }

  get trunkCount(): number {
    return this.#byKey.size;
  }

  putAgent(key: string, agent: Agent): void {
    const { id, account, name, is_active } = agent;
    this.deleteAgent(key);
    this.#agentKeys.set(key, { id, account, name, is_active });
    this.#agents.set(id, { id, account, name, is_active });
  }

  deleteAgent(key: string): void {
    const facts = this.#agentKeys.get(key);
    if (facts === undefined) return;
    this.#agentKeys.delete(key);
    this.#agents.delete(facts.id);
  }

  agent(id: AgentId): AgentFacts | undefined {
    return this.#agents.get(id);
  }
}

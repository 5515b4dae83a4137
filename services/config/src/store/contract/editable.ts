import type { AccountId, AgentId, NumberId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { accept, type Result } from '../../result.ts';
import type {
  AgentDraft,
  Author,
  Decide,
  Page,
  Store,
  StoredAgent,
  StoredToken,
  StoredTrunk,
  TrunkDraft,
} from '../store.ts';
import { sampleAuthor } from './sample.ts';

/** The store as the cases use it: one author makes all changes, and what only the store knows is left out of things. */
export function editable(store: Store) {
  const by = (account: AccountId, more: Partial<Author> = {}) => store.by(sampleAuthor(account, more));
  const trunkOf = ({ trunk, as_given }: StoredTrunk): TrunkDraft => ({ trunk, as_given });
  const agentOf = ({ agent, as_given }: StoredAgent): AgentDraft => ({ agent, as_given });
  const plain = <From, To, Fault>(result: Result<From, Fault>, to: (from: From) => To): Result<To, Fault> =>
    result.ok ? accept(to(result.value)) : result;
  const one = <From, To>(found: From | undefined, to: (from: From) => To) =>
    found === undefined ? undefined : to(found);

  return {
    ...store,
    createTrunk: async (draft: TrunkDraft) => plain(await by(draft.trunk.account).createTrunk(draft), trunkOf),
    trunk: async (account: AccountId, id: TrunkId) => one(await store.trunk(account, id), trunkOf),
    trunks: async (account: AccountId, filter: { is_active?: boolean } & Page) =>
      (await store.trunks(account, filter)).map(trunkOf),
    changeTrunk: async <Fault>(account: AccountId, id: TrunkId, decide: Decide<TrunkDraft, TrunkDraft, Fault>) =>
      plain(await by(account).changeTrunk<Fault>(id, decide), trunkOf),
    deleteTrunk: (account: AccountId, id: TrunkId, at: Instant) => by(account, { at }).deleteTrunk(id, accept),
    numberHolder: (account: AccountId, id: NumberId) => store.numberHolder(account, id),
    createAgent: async (draft: AgentDraft) => plain(await by(draft.agent.account).createAgent(draft), agentOf),
    agent: async (account: AccountId, id: AgentId) => one(await store.agent(account, id), agentOf),
    agents: async (account: AccountId, page: Page = {}) => (await store.agents(account, page)).map(agentOf),
    changeAgent: async <Fault>(account: AccountId, id: AgentId, decide: Decide<AgentDraft, AgentDraft, Fault>) =>
      plain(await by(account).changeAgent<Fault>(id, decide), agentOf),
    deleteAgent: (account: AccountId, id: AgentId, at: Instant) => by(account, { at }).deleteAgent(id, accept),
    createToken: (token: StoredToken) => by(token.account).createToken(token),
    deleteToken: (account: AccountId, id: string) => by(account).deleteToken(id),
  };
}

export type EditableStore = ReturnType<typeof editable>;

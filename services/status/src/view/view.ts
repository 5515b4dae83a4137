import type { Instant } from '@trunkline/contracts/time';
import { CallsView } from './calls-view.ts';
import { Changes } from './changes.ts';
import { EdgesView } from './edges-view.ts';
import { Lately } from './lately.ts';
import { TokensView } from './tokens-view.ts';
import { TrunkStatesView } from './trunk-states-view.ts';
import { summarizeTrunk, type TrunkSummary } from './trunk-summary.ts';
import { type TrunkFacts, TrunksView } from './trunks-view.ts';

/** Everything status was told, in memory. Followers write it, the API reads it, nobody asks anybody. */
export interface View {
  readonly calls: CallsView;
  readonly trunks: TrunksView;
  readonly trunkStates: TrunkStatesView;
  readonly edges: EdgesView;
  readonly tokens: TokensView;
  readonly lately: Lately;
  readonly changes: Changes;
}

export function createView(): View {
  return {
    calls: new CallsView(),
    trunks: new TrunksView(),
    trunkStates: new TrunkStatesView(),
    edges: new EdgesView(),
    tokens: new TokensView(),
    lately: new Lately(),
    changes: new Changes(),
  };
}

export function trunkSummary(view: View, trunk: TrunkFacts, now: Instant): TrunkSummary {
  return summarizeTrunk(trunk, {
    calls_now: view.calls.liveOn(trunk.id),
    lately: view.lately.of(trunk.id, now),
    liveEdges: view.edges.live(now),
    agent: (id) => view.trunks.agent(id),
    state: view.trunkStates.of(trunk.id),
    now,
  });
}

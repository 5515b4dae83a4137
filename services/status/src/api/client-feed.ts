import type { Access } from '@trunkline/contracts/access';
import type { CallId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { type CallSummary, summarize, summarizeEnded } from '../view/call-summary.ts';
import type { Change } from '../view/changes.ts';
import { type EdgeSummary, summarizeEdge } from '../view/edge-summary.ts';
import { maySee } from '../view/may-see.ts';
import { selectLive } from '../view/select-calls.ts';
import type { TrunkSummary } from '../view/trunk-summary.ts';
import { trunkSummary, type View } from '../view/view.ts';

export const feedBounds = { live: 500, recent: 100, trunks: 1_000, changed_calls: 2_000 } as const;

/** What `GET /events` tells, by event name. */
export interface FeedEvents {
  /** Replaces everything the reader has. */
  readonly snapshot: {
    readonly now: Instant;
    readonly live_total: number;
    readonly live: readonly CallSummary[];
    readonly recent: readonly CallSummary[];
    readonly trunks: readonly TrunkSummary[];
    readonly edges: readonly EdgeSummary[];
  };
  readonly call: CallSummary;
  /** The call is neither live nor among the recent ones any more. */
  readonly 'call-gone': { readonly id: CallId };
  readonly trunk: TrunkSummary;
  readonly 'trunk-gone': { readonly id: TrunkId };
  readonly edges: readonly EdgeSummary[];
}

/**
 * What one reader has not been told yet. Only the names of what changed are kept, so a slow reader costs little, skips
 * states that have passed, and beyond the bounds gets a snapshot instead.
 */
export class ClientFeed {
  readonly #view: View;
  readonly #access: Access;
  readonly #calls = new Set<CallId>();
  readonly #trunks = new Set<TrunkId>();
  #allTrunks = false;
  #edges = false;
  #snapshot = true;

  constructor(view: View, access: Access) {
    this.#view = view;
    this.#access = access;
  }

  get waiting(): boolean {
    return this.#snapshot || this.#edges || this.#allTrunks || this.#calls.size > 0 || this.#trunks.size > 0;
  }

  note(change: Change): void {
    switch (change.kind) {
      case 'call':
        if (!maySee(this.#access, change.call.account)) return;
        this.#calls.add(change.call.id);
        if (change.call.trunk !== null) this.#trunks.add(change.call.trunk);
        if (this.#calls.size > feedBounds.changed_calls) this.#snapshot = true;
        break;
      case 'trunk':
        if (change.account === this.#access.account) this.#trunks.add(change.trunk);
        break;
      case 'edges':
        this.#edges = true;
        this.#allTrunks ||= change.applied;
        break;
      case 'time':
        this.#allTrunks = true;
        break;
      case 'all':
        this.#snapshot = true;
    }
    // What a snapshot will tell need not be remembered.
    if (this.#snapshot) this.#forget();
  }

  /** Everything not told yet, as the text of an event stream. */
  take(now: Instant): string {
    const text = this.#snapshot ? format('snapshot', this.#takeSnapshot(now)) : this.#takeChanges(now);
    this.#snapshot = false;
    this.#forget();
    return text;
  }

  #forget(): void {
    this.#calls.clear();
    this.#trunks.clear();
    this.#allTrunks = false;
    this.#edges = false;
  }

  #takeSnapshot(now: Instant): FeedEvents['snapshot'] {
    const [view, access] = [this.#view, this.#access];
    const live = selectLive(view.calls.live(), access, {}, { limit: Number.POSITIVE_INFINITY });
    const recent = view.calls.recent().filter((record) => maySee(access, record.account));
    return {
      now,
      live_total: live.length,
      live: live.slice(0, feedBounds.live),
      recent: recent.slice(0, feedBounds.recent).map(summarizeEnded),
      trunks: this.#ownTrunks(now),
      edges: this.#edgeList(now),
    };
  }

  #takeChanges(now: Instant): string {
    const parts: string[] = [];
    for (const id of this.#calls) {
      const state = this.#view.calls.state(id);
      parts.push(state === undefined ? format('call-gone', { id }) : format('call', summarize(state)));
    }
    const all = this.#allTrunks ? this.#ownTrunks(now) : [];
    for (const trunk of all) parts.push(format('trunk', trunk));
    for (const id of this.#trunks) {
      const trunk = this.#view.trunks.trunk(id);
      if (trunk === undefined) parts.push(format('trunk-gone', { id }));
      else if (!this.#allTrunks && trunk.account === this.#access.account) {
        parts.push(format('trunk', trunkSummary(this.#view, trunk, now)));
      }
    }
    if (this.#edges) parts.push(format('edges', this.#edgeList(now)));
    return parts.join('');
  }

  #ownTrunks(now: Instant): readonly TrunkSummary[] {
    const own = this.#view.trunks.trunksOf(this.#access.account).slice(0, feedBounds.trunks);
    return own.map((trunk) => trunkSummary(this.#view, trunk, now));
  }

  #edgeList(now: Instant): readonly EdgeSummary[] {
    return this.#view.edges.list(now).map((edge) => summarizeEdge(this.#access, edge, now));
  }
}

/** One event of the HTML standard's event stream format; JSON has no line breaks of its own. */
function format<Name extends keyof FeedEvents>(name: Name, data: FeedEvents[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

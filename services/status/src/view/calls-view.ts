import type { CallRecord } from '@trunkline/contracts/call-record';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import type { AccountId, CallId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { applyEvent } from './apply-event.ts';
import type { CallState, LiveCall } from './live-call.ts';
import { RecentCalls } from './recent-calls.ts';

export interface CallsViewBounds {
  readonly max_live: number;
  readonly max_ended: number;
}

export const callsViewBounds: CallsViewBounds = { max_live: 50_000, max_ended: 500 };

/** A call that its edge has said nothing of for this long is taken off the live list: its end was never told. */
export const liveCallLifetime_ms = 24 * 3_600_000;

/** A call that changed, with the account and trunk by which readers select it. */
export interface CallChange {
  readonly id: CallId;
  readonly account: AccountId | null;
  readonly trunk: TrunkId | null;
}

/** The one owner of what is known of live and just ended calls. All decisions are {@link applyEvent}'s. */
export class CallsView {
  readonly #bounds: CallsViewBounds;
  readonly #live = new Map<CallId, LiveCall>();
  readonly #liveByTrunk = new Map<TrunkId, number>();
  readonly #recent: RecentCalls;
  #crowdedOut = 0;

  constructor(bounds: CallsViewBounds = callsViewBounds) {
    this.#bounds = bounds;
    this.#recent = new RecentCalls(bounds.max_ended);
  }

  /** Undefined when the event told nothing new. */
  apply(event: CallEvent): CallChange | undefined {
    const before = this.state(event.call);
    const after = applyEvent(before, event);
    if (before !== undefined && sameState(before, after)) return undefined;
    return this.#keep(after);
  }

  /** Takes in calls as the store remembers them, without forgetting what newer events have told. */
  restore(live: readonly LiveCall[], ended: readonly CallRecord[]): void {
    for (const record of ended) this.#keep({ kind: 'ended', record });
    for (const call of live) if (this.state(call.id) === undefined) this.#keep({ kind: 'live', call });
  }

  state(id: CallId): CallState | undefined {
    const call = this.#live.get(id);
    if (call !== undefined) return { kind: 'live', call };
    const record = this.#recent.get(id);
    return record === undefined ? undefined : { kind: 'ended', record };
  }

  live(): Iterable<LiveCall> {
    return this.#live.values();
  }

  get liveCount(): number {
    return this.#live.size;
  }

  /** Live calls that were dropped because there were more than the bound. */
  get crowdedOut(): number {
    return this.#crowdedOut;
  }

  liveOn(trunk: TrunkId): number {
    return this.#liveByTrunk.get(trunk) ?? 0;
  }

  /** Newest first. */
  recent(): readonly CallRecord[] {
    return this.#recent.values();
  }

  /** Drops calls that were last heard of before `before`. */
  forgetSilent(before: Instant): readonly CallChange[] {
    const silent = [...this.#live.values()].filter((call) => call.updated_at < before);
    for (const call of silent) this.#setLive(call.id, undefined);
    return silent.map(({ id, account, trunk }) => ({ id, account, trunk }));
  }

  #keep(state: CallState): CallChange {
    if (state.kind === 'ended') {
      const { id, account, trunk } = state.record;
      this.#setLive(id, undefined);
      this.#recent.add(state.record);
      return { id, account, trunk };
    }
    this.#setLive(state.call.id, state.call);
    if (this.#live.size > this.#bounds.max_live) this.#crowdOut();
    return state.call;
  }

  #setLive(id: CallId, next: LiveCall | undefined): void {
    const before = this.#live.get(id);
    if (next === undefined) this.#live.delete(id);
    else this.#live.set(id, next);
    if (before?.trunk === next?.trunk && (before === undefined) === (next === undefined)) return;
    this.#count(before?.trunk ?? null, -1);
    this.#count(next?.trunk ?? null, 1);
  }

  #count(trunk: TrunkId | null, by: number): void {
    if (trunk === null) return;
    const count = this.liveOn(trunk) + by;
    if (count > 0) this.#liveByTrunk.set(trunk, count);
    else this.#liveByTrunk.delete(trunk);
  }

  /** The first entry of a Map is the one that was added first, which is the oldest call but for redelivery. */
  #crowdOut(): void {
    const oldest = this.#live.values().next().value;
    if (oldest === undefined) return;
    this.#setLive(oldest.id, undefined);
    this.#crowdedOut += 1;
  }
}

function sameState(before: CallState, after: CallState): boolean {
  if (before.kind === 'ended' || after.kind === 'ended') return before === after;
  const [a, b] = [before.call, after.call];
  const sameTimes =
    a.attempted_at === b.attempted_at && a.ringing_at === b.ringing_at && a.answered_at === b.answered_at;
  return sameTimes && a.updated_at === b.updated_at && a.edge === b.edge && (a.facts === null) === (b.facts === null);
}

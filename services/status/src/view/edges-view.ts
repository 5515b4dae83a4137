import { type EdgeHeartbeat, heartbeatLifetime_ms } from '@trunkline/contracts/edge-heartbeat';
import type { EdgeId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';

export interface EdgeState {
  readonly heartbeat: EdgeHeartbeat;
  /** When we heard it, by our clock: the edge's clock may differ. */
  readonly heard_at: Instant;
}

/** An edge that has been gone this long is no longer listed. */
export const edgeMemory_ms = 3_600_000;

/** More edges than this are not kept; the one heard longest ago goes first. */
export const maxEdges = 1_000;

/**
 * `fresh` is false for an entry that was in the bucket before we came: it may be as old as its own time says, so that time
 * counts, and only a beat that we see arrive counts by our clock.
 */
export function applyEdge(known: EdgeState | undefined, beat: EdgeHeartbeat, now: Instant, fresh: boolean): EdgeState {
  const heard_at = fresh || beat.at > now ? now : beat.at;
  if (known !== undefined && known.heard_at > heard_at) return { heartbeat: beat, heard_at: known.heard_at };
  return { heartbeat: beat, heard_at };
}

export function isLive(edge: EdgeState, now: Instant): boolean {
  return now - edge.heard_at <= heartbeatLifetime_ms;
}

export class EdgesView {
  readonly #edges = new Map<EdgeId, EdgeState>();
  /** Since when edges are asked for that are not there: withdrawn, or never heard of. */
  readonly #absent = new Map<EdgeId, Instant>();

  /** Answers whether more has changed than the time at which the edge was heard. */
  put(beat: EdgeHeartbeat, now: Instant, fresh: boolean): boolean {
    this.#absent.delete(beat.edge);
    const known = this.#edges.get(beat.edge);
    const state = applyEdge(known, beat, now, fresh);
    this.#edges.delete(beat.edge);
    this.#edges.set(beat.edge, state);
    const longestAgo = this.#edges.size > maxEdges ? this.#edges.keys().next().value : undefined;
    if (longestAgo !== undefined) this.#edges.delete(longestAgo);
    return known?.heartbeat.applied.trunks !== beat.applied.trunks || isLive(known, now) !== isLive(state, now);
  }

  delete(edge: EdgeId): void {
    this.#edges.delete(edge);
  }

  get(edge: EdgeId): EdgeState | undefined {
    return this.#edges.get(edge);
  }

  /** When the edge was last known to be there; for one that is not, when that was noticed. */
  lastThere(edge: EdgeId, now: Instant): Instant {
    const known = this.#edges.get(edge) ?? this.#absent.get(edge);
    if (known !== undefined) return typeof known === 'number' ? known : known.heard_at;
    this.#absent.set(edge, now);
    const first = this.#absent.size > maxEdges ? this.#absent.keys().next().value : undefined;
    if (first !== undefined) this.#absent.delete(first);
    return now;
  }

  /** Those heard of within {@link edgeMemory_ms}, by name. */
  list(now: Instant): readonly EdgeState[] {
    return [...this.#edges.values()]
      .filter((edge) => now - edge.heard_at <= edgeMemory_ms)
      .sort((a, b) => (a.heartbeat.edge < b.heartbeat.edge ? -1 : 1));
  }

  live(now: Instant): readonly EdgeState[] {
    return this.list(now).filter((edge) => isLive(edge, now));
  }
}

import type { Access } from '@trunkline/contracts/access';
import type { EdgeId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { type EdgeState, isLive } from './edges-view.ts';

export interface EdgeSummary {
  readonly edge: EdgeId;
  readonly live: boolean;
  readonly draining: boolean;
  readonly heard_at: Instant;
  readonly started_at: Instant;
  readonly applied: { readonly trunks: number; readonly agents: number };
  /** All accounts' calls on that edge; null unless the reader is the operator. */
  readonly calls: number | null;
}

export function summarizeEdge(access: Access, { heartbeat, heard_at }: EdgeState, now: Instant): EdgeSummary {
  const { edge, draining, started_at, applied } = heartbeat;
  const live = isLive({ heartbeat, heard_at }, now);
  return { edge, live, draining, heard_at, started_at, applied, calls: access.operator ? heartbeat.calls : null };
}

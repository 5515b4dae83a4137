import type { CallRecord, Outcome } from '@trunkline/contracts/call-record';
import { causeTable } from '@trunkline/contracts/causes';
import type { Instant } from '@trunkline/contracts/time';
import type { EdgeState } from '../view/edges-view.ts';
import { type LiveCall, liveSince } from '../view/live-call.ts';

const cause = 'edge-lost';

/**
 * Whether the edge that spoke of a call last is gone, with the call: not heard of for so long, or begun anew since. Pure.
 * `last_there`: when it was last known to be there, by our clock.
 */
export function isLost(
  call: LiveCall,
  edge: EdgeState | undefined,
  last_there: Instant,
  now: Instant,
  lost_edge_ms: number,
): boolean {
  // Both times are the edge's own. What its predecessor had not delivered yet comes soon after the start.
  const begunAnew = edge !== undefined && edge.heartbeat.started_at > call.updated_at;
  return now - (begunAnew ? edge.heartbeat.started_at : last_there) > lost_edge_ms;
}

/**
 * The record of a call whose edge is gone: what its events told, and no more. It ended at the latest when its edge was last
 * known to be there, or was begun anew; the parties may have talked for some seconds after. Pure.
 */
export function lostRecord(call: LiveCall, edge: EdgeState | undefined): CallRecord {
  const { id, account, trunk, facts, ringing_at, answered_at } = call;
  const started_at = liveSince(call);
  const heard_at = ringing_at ?? answered_at;
  const { at = call.updated_at, started_at: edge_since = 0 } = edge?.heartbeat ?? {};
  const last = edge_since > call.updated_at ? edge_since : at;
  const ended_at = Math.max(last, call.updated_at) as Instant;
  return {
    id,
    edge: call.edge,
    account,
    direction: facts?.direction ?? 'unknown',
    trunk,
    trunk_name: facts?.trunk_name ?? null,
    number: null,
    agent: facts?.agent ?? null,
    agent_name: facts?.agent_name ?? null,
    from: facts?.from ?? '',
    to: facts?.to ?? '',
    sip_call_id: facts?.sip_call_id ?? '',
    sip_call_id_b: null,
    source: facts?.source ?? null,
    admitted_by: null,
    explanation: {
      decision: 'accepted',
      cause: null,
      summary: 'The edge that decided is gone, and what it considered with it.',
      candidates: [],
      candidates_total: 0,
    },
    attempts: [],
    outcome: 'failed' satisfies Outcome,
    cause,
    cause_text: causeTable[cause].text,
    status: answered_at === null ? null : 200,
    ended_by: 'trunkline',
    started_at,
    ringing_at,
    answered_at,
    ended_at,
    post_dial_delay_ms: heard_at === null || facts === null ? null : Math.max(0, heard_at - started_at),
    duration_ms: answered_at === null ? 0 : Math.max(0, ended_at - answered_at),
    media: null,
    ladder: [],
  };
}

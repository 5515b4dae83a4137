import type { CallRecord, Direction, Outcome } from '@trunkline/contracts/call-record';
import { type Cause, causeTable } from '@trunkline/contracts/causes';
import type { AccountId, AgentId, CallId, EdgeId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { type CallPhase, type CallState, type LiveCall, livePhase, liveSince } from './live-call.ts';

/** One line of a list of calls, live or ended. Instants are milliseconds since the epoch. */
export interface CallSummary {
  readonly id: CallId;
  readonly account: AccountId | null;
  readonly state: 'live' | 'ended';
  readonly phase: CallPhase;
  readonly edge: EdgeId;
  readonly direction: Direction;
  readonly trunk: TrunkId | null;
  readonly trunk_name: string | null;
  readonly agent: AgentId | null;
  readonly agent_name: string | null;
  readonly from: string;
  readonly to: string;
  readonly started_at: Instant;
  readonly ringing_at: Instant | null;
  readonly answered_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly post_dial_delay_ms: number | null;
  /** Null while live: the reader counts from `answered_at`. */
  readonly duration_ms: number | null;
  readonly outcome: Outcome | null;
  readonly cause: Cause | null;
  readonly cause_text: string | null;
  readonly status: number | null;
}

export function summarizeLive(call: LiveCall): CallSummary {
  const { id, account, edge, trunk, facts, ringing_at, answered_at } = call;
  const started_at = liveSince(call);
  const heard_at = ringing_at ?? answered_at;
  return {
    id,
    account,
    state: 'live',
    phase: livePhase(call),
    edge,
    direction: facts?.direction ?? 'unknown',
    trunk,
    trunk_name: facts?.trunk_name ?? null,
    agent: facts?.agent ?? null,
    agent_name: facts?.agent_name ?? null,
    from: facts?.from ?? '',
    to: facts?.to ?? '',
    started_at,
    ringing_at,
    answered_at,
    ended_at: null,
    post_dial_delay_ms: heard_at === null || facts === null ? null : Math.max(0, heard_at - started_at),
    duration_ms: null,
    outcome: null,
    cause: null,
    cause_text: null,
    status: null,
  };
}

/** The fields of a record that a list shows; the store keeps them as columns. */
export type EndedFields = Pick<
  CallRecord,
  | 'id'
  | 'account'
  | 'edge'
  | 'direction'
  | 'trunk'
  | 'trunk_name'
  | 'agent'
  | 'agent_name'
  | 'from'
  | 'to'
  | 'started_at'
  | 'ringing_at'
  | 'answered_at'
  | 'ended_at'
  | 'post_dial_delay_ms'
  | 'duration_ms'
  | 'outcome'
  | 'cause'
  | 'status'
>;

export function summarizeEnded(record: EndedFields): CallSummary {
  const { id, account, edge, direction, trunk, trunk_name, agent, agent_name, from, to } = record;
  const { started_at, ringing_at, answered_at, ended_at, post_dial_delay_ms, duration_ms } = record;
  const { outcome, cause, status } = record;
  const parties = { id, account, edge, direction, trunk, trunk_name, agent, agent_name, from, to };
  const times = { started_at, ringing_at, answered_at, ended_at, post_dial_delay_ms, duration_ms };
  return {
    ...parties,
    ...times,
    state: 'ended',
    phase: 'ended',
    outcome,
    cause,
    cause_text: causeTable[cause].text,
    status,
  };
}

export function summarize(state: CallState): CallSummary {
  return state.kind === 'live' ? summarizeLive(state.call) : summarizeEnded(state.record);
}

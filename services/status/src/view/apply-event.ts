import type { CallRecord } from '@trunkline/contracts/call-record';
import type { CallEvent } from '@trunkline/contracts/events/call-events';
import type { EdgeId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { CallState, LiveCall } from './live-call.ts';

/**
 * Folds one event into what is known of its call. The fold is a join: applying an event twice, or the events of a call in
 * any order, ends in the same state, so redelivery needs no bookkeeping.
 */
export function applyEvent(state: CallState | undefined, event: CallEvent): CallState {
  if (state?.kind === 'ended' && !('record' in event && givesWay(state.record, event.record))) return state;
  const known = state?.kind === 'live' ? state.call : undefined;
  switch (event.type) {
    case 'call.ended':
    case 'call.refused':
      return { kind: 'ended', record: event.record };
    case 'call.attempted': {
      const call = seen(known, event);
      const { direction, trunk_name, agent, agent_name, from, to, sip_call_id, source } = event;
      const facts = { direction, trunk_name, agent, agent_name, from, to, sip_call_id, source };
      return { kind: 'live', call: { ...call, facts, attempted_at: earlier(call.attempted_at, event.at) } };
    }
    case 'call.ringing': {
      const call = seen(known, event);
      return { kind: 'live', call: { ...call, ringing_at: earlier(call.ringing_at, event.at) } };
    }
    case 'call.answered': {
      const call = seen(known, event);
      return { kind: 'live', call: { ...call, answered_at: earlier(call.answered_at, event.at) } };
    }
  }
}

/** What we wrote when an edge was lost is what we supposed: the edge's own word counts, should it come after all. */
export function givesWay(known: CallRecord, told: CallRecord): boolean {
  return known.cause === 'edge-lost' && told.cause !== 'edge-lost';
}

/** What every event tells: who speaks of the call, and since when. */
function seen(call: LiveCall | undefined, event: CallEvent): LiveCall {
  if (call === undefined) {
    const { call: id, account, trunk, edge, at } = event;
    return {
      id,
      account,
      trunk,
      edge,
      updated_at: at,
      facts: null,
      attempted_at: null,
      ringing_at: null,
      answered_at: null,
    };
  }
  const edge = speaksLast(call, event.at, event.edge) ? event.edge : call.edge;
  const updated_at = Math.max(event.at, call.updated_at) as Instant;
  return { ...call, edge, updated_at, account: call.account ?? event.account, trunk: call.trunk ?? event.trunk };
}

/** Equal instants are told apart by name, so that the order of delivery does not matter. */
function speaksLast(call: LiveCall, at: Instant, edge: EdgeId): boolean {
  return at > call.updated_at || (at === call.updated_at && edge > call.edge);
}

function earlier(known: Instant | null, at: Instant): Instant {
  return known === null || at < known ? at : known;
}

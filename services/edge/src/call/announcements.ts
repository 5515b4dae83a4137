import type { CallEvent as CallEventMessage } from '@trunkline/contracts/events/call-events';
import type { EventId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { CallState } from './call-state.ts';

/** What the world is told when a call's data went from `before` to `after`; its end is told with the record. */
export function announcements(
  before: CallState | null,
  after: CallState,
  now: Instant,
  newId: () => EventId,
): CallEventMessage[] {
  const { facts } = after;
  const base = () => ({
    id: newId(),
    at: now,
    account: facts.account,
    call: facts.id,
    edge: facts.edge,
    trunk: facts.trunk,
  });
  const told: CallEventMessage[] = [];
  if (before === null) {
    const { direction, trunk_name, agent, agent_name, from, to, sip_call_id, source } = facts;
    const told_facts = { direction, trunk_name, agent, agent_name, from, to, sip_call_id, source };
    told.push({ type: 'call.attempted', ...base(), ...told_facts });
  }
  if (after.ringing_at !== null && before?.ringing_at === null) told.push({ type: 'call.ringing', ...base() });
  if (after.answered_at !== null && before?.answered_at === null) told.push({ type: 'call.answered', ...base() });
  return told;
}

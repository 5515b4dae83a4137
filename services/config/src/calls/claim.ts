import type { Instant } from '@trunkline/contracts/time';
import { type ApplyParts, endStopped, giveUp, withStatus } from './apply-event.ts';
import type { Execution } from './execution.ts';
import { phaseOf } from './execution-table.ts';

/** How long one process has for what is due, before another one may take it. */
export const lease_ms = 20_000;
/** How long a call waits for room. */
export const queueFor_ms = 15 * 60_000;
/** Events of a call arrive within this, as long as they arrive at all. */
export const settle_ms = 5_000;
const lookAgain_ms = 1_000;

export type Task = 'ask' | 'hang-up' | 'nothing';

/**
 * Pure: takes an execution that is due. A call that an edge was asked for before is only asked for again once the events up to
 * then, `heard_until`, have been heard: one of them may tell that it was taken.
 */
export function claim(
  before: Execution,
  heard_until: number,
  { now, newCall }: ApplyParts,
): { readonly execution: Execution; readonly task: Task } {
  const leased = { ...before, updated_at: now, due_at: (now + lease_ms) as Instant };
  const phase = phaseOf(before);
  if (phase === 'stopping') {
    const over = before.hangup_until === null || now >= before.hangup_until;
    return over ? { execution: endStopped(before, now), task: 'nothing' } : { execution: leased, task: 'hang-up' };
  }
  if (phase !== 'waiting') return { execution: giveUp(before, { now, newCall }), task: 'nothing' };
  if (before.asked_at !== null && heard_until < before.asked_at + settle_ms) {
    return { execution: { ...before, due_at: (now + lookAgain_ms) as Instant }, task: 'nothing' };
  }
  const queued = withStatus(leased, 'queued', now);
  const queued_until = before.queued_until ?? ((now + queueFor_ms) as Instant);
  return { execution: { ...queued, queued_until, asked_at: now }, task: 'ask' };
}

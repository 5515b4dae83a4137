import { causeTable } from '@trunkline/contracts/causes';
import type { CallId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import { backoff_ms } from './backoff.ts';
import { type End, type Execution, type ExecutionStatus, mostStatusesTold } from './execution.ts';
import type { ExecutionEvent } from './execution-event.ts';
import { executionTable, type Move, phaseOf } from './execution-table.ts';
import { hangupReason, hangupReasons } from './hangup-reason.ts';
import { retryDelay_ms } from './retry-delay.ts';

export interface ApplyParts {
  readonly now: Instant;
  /** The id of the next try, should there be one. */
  readonly newCall: () => CallId;
}

/** How long a stopped call that an edge may have is told to end. */
export const hangupFor_ms = 60_000;
/** After a request that nobody answered: long enough for the events of a call that was taken all the same to arrive. */
export const askAgain_ms = 15_000;

/** Pure: what becomes of an execution; undefined when nothing does. */
export function applyEvent(before: Execution, event: ExecutionEvent, parts: ApplyParts): Execution | undefined {
  const cell = executionTable[phaseOf(before)][event.type];
  return cell === 'ignore' ? undefined : { ...moves[cell](before, event, parts), updated_at: parts.now };
}

type Make = (before: Execution, event: ExecutionEvent, parts: ApplyParts) => Execution;

const moves: Readonly<Record<Move, Make>> = {
  initiate: (before, event, { now }) => ({ ...withStatus(before, 'initiated', atOf(event, now)), ...placed(now) }),
  ring: (before, event, { now }) => ({ ...withStatus(before, 'ringing', atOf(event, now)), ...placed(now) }),
  connect(before, event, { now }) {
    const at = atOf(event, now);
    return { ...withStatus(before, 'in-progress', at), ...placed(now), answered_at: at };
  },
  'put-off': (before, event, parts) => putOff(before, event, parts),
  'ask-again'(before, _event, { now, newCall }) {
    if (before.queued_until === null || now < before.queued_until) {
      return { ...before, put_off: before.put_off + 1, due_at: later(now, askAgain_ms) };
    }
    return giveUp(before, { now, newCall });
  },
  finish: (before, event, parts) => finishBy(before, event, parts),
  stop(before, _event, { now }) {
    const stopped = { ...withStatus(before, 'stopped', now), queued_until: null };
    // Nobody was asked, so nobody has it: that is the end.
    if (before.asked_at === null) return { ...stopped, due_at: null, end: stoppedEnd(now) };
    return { ...stopped, due_at: now, hangup_until: later(now, hangupFor_ms) };
  },
  'hang-up': (before, _event, { now }) => ({ ...before, due_at: now, hangup_until: later(now, hangupFor_ms) }),
  'note-end'(before, event, { now }) {
    const [end, answered_at] =
      event.type === 'ended' ? [event.end, event.answered_at] : [stoppedEnd(now), before.answered_at];
    return { ...before, due_at: null, hangup_until: null, answered_at, end };
  },
};

/** No call lasts so long: one that has not ended by then has ended without a word. */
export const lostAfter_ms = 24 * 3_600_000;

/** An edge has it: there is nothing to do but to hear of it. */
function placed(now: Instant): Pick<Execution, 'due_at' | 'queued_until' | 'put_off' | 'end'> {
  return { due_at: later(now, lostAfter_ms), queued_until: null, put_off: 0, end: null };
}

function atOf(event: ExecutionEvent, now: Instant): Instant {
  return 'at' in event ? event.at : now;
}

function later(now: Instant, delay_ms: number): Instant {
  return (now + delay_ms) as Instant;
}

function stoppedEnd(at: Instant): End {
  return { at, cause: null, reason: hangupReasons.canceled, by: 'API Request', duration_ms: 0 };
}

export function withStatus(before: Execution, status: ExecutionStatus, at: Instant): Execution {
  if (before.status === status) return before;
  return { ...before, status, history: [...before.history, { status, at }].slice(-mostStatusesTold) };
}

/** Waits for room with a growing delay, at least as long as the cause says; at the deadline it has failed. */
function putOff(before: Execution, event: ExecutionEvent, { now, newCall }: ApplyParts): Execution {
  const cause = event.type === 'put-off' ? event.cause : null;
  if (before.queued_until !== null && now >= before.queued_until) {
    const reason = cause === null ? hangupReasons.temporary : hangupReason(cause, false);
    const end = { at: now, cause, reason, by: 'Carrier', duration_ms: 0 } as const;
    return finish(before, 'failed', end, { now, newCall });
  }
  const least_ms = ((cause === null ? undefined : causeTable[cause].retry_after_s) ?? 1) * 1_000;
  const due_at = later(now, Math.max(least_ms, backoff_ms(before.put_off)));
  // What nobody heard of is still new.
  const call = cause === null ? before.call : newCall();
  return { ...before, put_off: before.put_off + 1, due_at, call, asked_at: null };
}

/** Ends what nothing is heard of; should something be heard after all, it goes on. */
export function giveUp(before: Execution, parts: ApplyParts): Execution {
  const end = { at: parts.now, cause: null, reason: hangupReasons.network, by: 'Error', duration_ms: 0 } as const;
  return finish(before, 'error', end, parts);
}

/** Nobody has to be told to end any more. */
export function endStopped(before: Execution, now: Instant): Execution {
  return { ...before, due_at: null, hangup_until: null, end: before.end ?? stoppedEnd(now), updated_at: now };
}

function finishBy(before: Execution, event: ExecutionEvent, parts: ApplyParts): Execution {
  if (event.type === 'ended') {
    const { status, end, answered_at } = event;
    const answered = answered_at === null ? before : withStatus(before, 'call-disconnected', end.at);
    return finish({ ...answered, answered_at }, status, end, parts);
  }
  const cause = event.type === 'refused' ? event.cause : 'internal-error';
  const end = { at: parts.now, cause, reason: hangupReason(cause, false), by: 'Error', duration_ms: 0 } as const;
  return finish(before, 'failed', end, parts);
}

/** Ends the present try, and plans the next one where the retries ask for it. */
function finish(before: Execution, status: ExecutionStatus, end: End, { now, newCall }: ApplyParts): Execution {
  const ended = { ...withStatus(before, status, end.at), queued_until: null, put_off: 0 };
  const delay_ms = retryDelay_ms(before, status);
  if (delay_ms === null) return { ...ended, due_at: null, end };
  return {
    ...withStatus(ended, 'rescheduled', now),
    retries: [...before.retries, { call: before.call, status, end }],
    call: newCall(),
    asked_at: null,
    answered_at: null,
    due_at: later(now, delay_ms),
    end: null,
  };
}

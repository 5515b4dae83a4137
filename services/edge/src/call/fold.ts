import type { Attempt, LadderStep } from '@trunkline/contracts/call-record';
import { maxLadderSteps } from '@trunkline/contracts/call-record';
import type { Instant } from '@trunkline/contracts/time';
import type { CallEvent } from './call-event.ts';
import { type CallState, isCalled } from './call-state.ts';
import type { Action, Move } from './call-table.ts';
import { endingOf, statusForA } from './ending.ts';
import { ladderOfAction, ladderOfEvent } from './ladder.ts';

/** One step of the call's data: the event that happened and the move that the table made of it. Pure. */
export function fold(state: CallState, event: CallEvent, move: Move, now: Instant): CallState {
  const ending = state.ending ?? endingOf(state, event);
  const heard = applyEvent(
    { ...state, phase: move.to, ending, ladder: extend(state.ladder, ladderOfEvent(state, event, now)) },
    event,
    now,
  );
  const acted = move.run.reduce((before, action) => applyAction(before, action, event, now), heard);
  const over = move.to === 'releasing' || move.to === 'bye-pending' || move.to === 'cancelling';
  return over && acted.ended_at === null ? { ...acted, ended_at: now } : acted;
}

function applyEvent(state: CallState, event: CallEvent, now: Instant): CallState {
  switch (event.type) {
    case 'media-offered':
      return { ...state, offer_b: event.sdp };
    case 'b-provisional':
    case 'b-early-media':
      return {
        ...state,
        ringing_at: state.ringing_at ?? now,
        attempts: lastAttempt(state, (attempt) => ({ ...attempt, ringing_at: attempt.ringing_at ?? now })),
      };
    case 'a-lost':
      // The callee of a call that we originate has answered, whatever its agent did.
      return isCalled(state.facts) ? state : { ...state, status: 487, answered_at: null };
    case 'a-cancelled':
      // The SIP server has answered the INVITE with 487; a 200 that we had under way was not sent.
      return { ...state, status: 487, answered_at: null };
    case 'b-answered':
      return {
        ...state,
        attempts: lastAttempt(state, (attempt) => ({ ...attempt, ended_at: now, status: 200, reason: 'OK' })),
      };
    case 'b-refused':
    case 'b-unavailable':
      return {
        ...state,
        attempts: lastAttempt(state, (attempt) => ({
          ...attempt,
          ended_at: now,
          status: event.received,
          reason: event.reason,
        })),
      };
    case 'signalling-lost':
      return {
        ...state,
        attempts: lastAttempt(state, (attempt) => ({ ...attempt, ended_at: now, reason: 'Signalling lost' })),
      };
    default:
      return state;
  }
}

function applyAction(state: CallState, action: Action, event: CallEvent, now: Instant): CallState {
  const ladder = extend(state.ladder, ladderOfAction(action, state, event, now));
  switch (action) {
    case 'invite-b':
      return { ...state, ladder, attempts: [...state.attempts, newAttempt(state, now)] };
    case 'abandon-b':
      return {
        ...state,
        ladder,
        attempts: lastAttempt(state, (attempt) => ({ ...attempt, ended_at: now, reason: 'No answer in time' })),
      };
    case 'answer-a':
      return { ...state, ladder, status: 200, answered_at: now };
    case 'reject-a':
      return { ...state, ladder, status: statusForA(state, event) };
    default:
      return ladder === state.ladder ? state : { ...state, ladder };
  }
}

function newAttempt(state: CallState, now: Instant): Attempt {
  const target = state.facts.targets[state.attempts.length];
  return {
    uri: target?.uri ?? '',
    target: target?.label ?? '',
    started_at: now,
    ringing_at: null,
    ended_at: null,
    status: null,
    reason: null,
  };
}

function lastAttempt(state: CallState, change: (attempt: Attempt) => Attempt): readonly Attempt[] {
  const last = state.attempts.at(-1);
  return last === undefined || last.ended_at !== null ? state.attempts : [...state.attempts.slice(0, -1), change(last)];
}

function extend(ladder: readonly LadderStep[], step: LadderStep | null): readonly LadderStep[] {
  return step === null || ladder.length >= maxLadderSteps ? ladder : [...ladder, step];
}

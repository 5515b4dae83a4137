import type { Attempt } from '@trunkline/contracts/call-record';
import type { Instant } from '@trunkline/contracts/time';
import type { CallAttempt, CallState } from './call-state.ts';
import type { LegBReport } from './legs.ts';

/** The present attempt with the addresses that it failed at before. Told again, it says the same or more. Pure. */
export function noteTried(state: CallState, report: Extract<LegBReport, { type: 'b-tried' }>): CallState {
  const last = state.attempts.at(-1);
  if (last === undefined || last.ended_at !== null) return state;
  const label = state.facts.targets[state.attempts.length - 1]?.label ?? last.target;
  const named = (address: string): string => `${label} (${address})`;
  let at = last.tried?.[0]?.started_at ?? last.started_at;
  const tried = report.tried.map(({ address, ms, status, reason }): Attempt => {
    const started_at = at;
    at = (at + ms) as Instant;
    return { uri: last.uri, target: named(address), started_at, ringing_at: null, ended_at: at, status, reason };
  });
  const attempt: CallAttempt = { ...last, target: named(report.address), started_at: at, tried };
  return { ...state, attempts: [...state.attempts.slice(0, -1), attempt] };
}

/** Every address of every target that was tried, in order: what a record lists. */
export function allAttempts(state: Pick<CallState, 'attempts'>): Attempt[] {
  return state.attempts.flatMap(({ tried = [], ...attempt }) => [...tried, attempt]);
}

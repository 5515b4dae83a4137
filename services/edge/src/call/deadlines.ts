import type { Move, Phase } from './call-table.ts';

/** How long each phase may last, in milliseconds. Null only where the call is over. */
export type Deadlines = Readonly<Record<Phase, number | null>>;

export const defaultDeadlines_ms: Deadlines = {
  offering: 5_000,
  /** Per target: nothing above 100 heard. */
  calling: 8_000,
  /** Ringing. */
  early: 120_000,
  answering: 5_000,
  /** RFC 3261 §13.3.1.4: 64*T1 is 32 s, and the SIP server tells first. */
  answered: 36_000,
  agreeing: 5_000,
  confirmed: 4 * 3_600_000,
  modifying: 4 * 3_600_000,
  /** Two re-INVITEs, one after the other, in silence. */
  're-anchoring': 12_000,
  cancelling: 5_000,
  'bye-pending': 36_000,
  releasing: 10_000,
  terminated: null,
};

/** A re-INVITE does not prolong a call: these share one deadline. */
const talking: ReadonlySet<Phase> = new Set(['confirmed', 'modifying']);

/** Does the time that a phase may last begin with this move? For each target anew. */
export function startsDeadline(from: Phase, move: Move): boolean {
  if (talking.has(from) && talking.has(move.to)) return false;
  return move.to !== from || move.run.includes('invite-b');
}

/** Where one trunk's registration stands. */
export const registrationPhases = ['waiting', 'registering', 'registered', 'failed', 'leaving', 'gone'] as const;
export type RegistrationPhase = (typeof registrationPhases)[number];

export const registrationEvents = [
  // A slot for the first REGISTER, a refresh or a retry has come.
  'due',
  // There is a reason to believe that a REGISTER now will do: the gateway is back, the connection was lost.
  'nudged',
  // What an answer amounts to (judge-register-answer.ts), when another REGISTER of the same round may follow …
  'challenged',
  'too-brief',
  'redirected',
  'next-target',
  // … and when it ends the round.
  'accepted',
  'round-failed',
  // The trunk is no longer ours to register; `bound`: the registrar may still have our binding.
  'leave-bound',
  'leave-unbound',
  // Another edge takes over the binding as it is.
  'handed-over',
  // The removal of the binding took too long.
  'deadline',
] as const;
export type RegistrationEvent = (typeof registrationEvents)[number];

export const registrationActions = [
  'begin-round',
  'send',
  'arm-refresh',
  'arm-retry',
  'disarm',
  'tell-registered',
  'tell-failed',
  'begin-leaving',
  'finish',
] as const;
export type RegistrationAction = (typeof registrationActions)[number];

export type RegistrationCell =
  | { readonly to: RegistrationPhase; readonly do: readonly RegistrationAction[] }
  | 'ignore'
  | 'impossible';

const begin = { to: 'registering', do: ['disarm', 'begin-round', 'send'] } as const;
const again = { to: 'registering', do: ['send'] } as const;
const leave = { to: 'leaving', do: ['disarm', 'begin-leaving', 'send'] } as const;
const leaveAgain = { to: 'leaving', do: ['send'] } as const;
const end = { to: 'gone', do: ['disarm', 'finish'] } as const;

/** Between two rounds no REGISTER is outstanding: answers to older ones are dropped before they come here. */
const noAnswer = {
  challenged: 'impossible',
  'too-brief': 'impossible',
  redirected: 'impossible',
  'next-target': 'impossible',
  accepted: 'impossible',
  'round-failed': 'impossible',
} as const;

/** RFC 3261 §10.2, one binding: what happens in each phase on each event. */
export const registrationTable: Readonly<
  Record<RegistrationPhase, Readonly<Record<RegistrationEvent, RegistrationCell>>>
> = {
  waiting: {
    due: begin,
    nudged: begin,
    ...noAnswer,
    'leave-bound': leave,
    'leave-unbound': end,
    'handed-over': end,
    deadline: 'impossible',
  },
  registering: {
    due: 'impossible',
    nudged: 'ignore',
    challenged: again,
    'too-brief': again,
    redirected: again,
    'next-target': again,
    accepted: { to: 'registered', do: ['arm-refresh', 'tell-registered'] },
    'round-failed': { to: 'failed', do: ['arm-retry', 'tell-failed'] },
    // The outstanding REGISTER may still succeed; the removal has the higher CSeq and wins (§10.3 step 7).
    'leave-bound': leave,
    'leave-unbound': leave,
    'handed-over': end,
    deadline: 'impossible',
  },
  registered: {
    due: begin,
    nudged: begin,
    ...noAnswer,
    'leave-bound': leave,
    'leave-unbound': end,
    'handed-over': end,
    deadline: 'impossible',
  },
  failed: {
    due: begin,
    nudged: begin,
    ...noAnswer,
    'leave-bound': leave,
    'leave-unbound': end,
    'handed-over': end,
    deadline: 'impossible',
  },
  leaving: {
    due: 'impossible',
    nudged: 'ignore',
    challenged: leaveAgain,
    'too-brief': end,
    redirected: leaveAgain,
    // The binding is with the registrar that does not answer; it will run out.
    'next-target': end,
    accepted: end,
    'round-failed': end,
    'leave-bound': 'ignore',
    'leave-unbound': 'ignore',
    'handed-over': end,
    deadline: end,
  },
  gone: {
    due: 'ignore',
    nudged: 'ignore',
    challenged: 'ignore',
    'too-brief': 'ignore',
    redirected: 'ignore',
    'next-target': 'ignore',
    accepted: 'ignore',
    'round-failed': 'ignore',
    'leave-bound': 'ignore',
    'leave-unbound': 'ignore',
    'handed-over': 'ignore',
    deadline: 'ignore',
  },
};

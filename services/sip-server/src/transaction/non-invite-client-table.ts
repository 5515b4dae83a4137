import { go, type Table } from './machine.ts';

/** RFC 3261 §17.1.2. */
export type NonInviteClientPhase = 'trying' | 'proceeding' | 'completed' | 'terminated';
export type NonInviteClientEvent = 'provisional' | 'final' | 'timer-e' | 'timer-f' | 'timer-k' | 'transport-error';
export type NonInviteClientAction =
  | 'send-again'
  | 'stop-timers'
  | 'pass'
  | 'slow-down'
  | 'start-k'
  | 'report-timeout'
  | 'report-transport-error'
  | 'end';

export const nonInviteClientTable: Table<NonInviteClientPhase, NonInviteClientEvent, NonInviteClientAction> = {
  trying: {
    // §17.1.2.2: in Proceeding, timer E fires every T2.
    provisional: go('proceeding', 'slow-down', 'pass'),
    final: go('completed', 'stop-timers', 'start-k', 'pass'),
    'timer-e': go('trying', 'send-again'),
    'timer-f': go('terminated', 'stop-timers', 'report-timeout', 'end'),
    'timer-k': 'impossible',
    'transport-error': go('terminated', 'stop-timers', 'report-transport-error', 'end'),
  },
  proceeding: {
    provisional: go('proceeding', 'pass'),
    final: go('completed', 'stop-timers', 'start-k', 'pass'),
    'timer-e': go('proceeding', 'send-again'),
    'timer-f': go('terminated', 'stop-timers', 'report-timeout', 'end'),
    'timer-k': 'impossible',
    'transport-error': go('terminated', 'stop-timers', 'report-transport-error', 'end'),
  },
  completed: {
    provisional: 'ignore',
    final: 'ignore',
    'timer-e': 'impossible',
    'timer-f': 'impossible',
    'timer-k': go('terminated', 'end'),
    'transport-error': 'ignore',
  },
  terminated: {
    provisional: 'ignore',
    final: 'ignore',
    'timer-e': 'impossible',
    'timer-f': 'impossible',
    'timer-k': 'impossible',
    'transport-error': 'ignore',
  },
};

import { go, type Table } from './machine.ts';

/** RFC 3261 §17.2.2. */
export type NonInviteServerPhase = 'trying' | 'proceeding' | 'completed' | 'terminated';
export type NonInviteServerEvent = 'request' | 'send-provisional' | 'send-final' | 'timer-j' | 'transport-error';
export type NonInviteServerAction = 'send' | 'send-again' | 'start-j' | 'report-transport-error' | 'end';

export const nonInviteServerTable: Table<NonInviteServerPhase, NonInviteServerEvent, NonInviteServerAction> = {
  trying: {
    request: 'ignore',
    'send-provisional': go('proceeding', 'send'),
    'send-final': go('completed', 'send', 'start-j'),
    'timer-j': 'impossible',
    'transport-error': 'ignore',
  },
  proceeding: {
    request: go('proceeding', 'send-again'),
    'send-provisional': go('proceeding', 'send'),
    'send-final': go('completed', 'send', 'start-j'),
    'timer-j': 'impossible',
    'transport-error': 'ignore',
  },
  completed: {
    request: go('completed', 'send-again'),
    'send-provisional': 'ignore',
    'send-final': 'ignore',
    'timer-j': go('terminated', 'end'),
    'transport-error': go('terminated', 'report-transport-error', 'end'),
  },
  terminated: {
    request: 'ignore',
    'send-provisional': 'ignore',
    'send-final': 'ignore',
    'timer-j': 'impossible',
    'transport-error': 'ignore',
  },
};

import { go, type Table } from './machine.ts';

/** RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2. */
export type InviteClientPhase = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';
export type InviteClientEvent =
  | 'provisional'
  | 'success'
  | 'failure'
  | 'retransmit-timer'
  | 'timer-b'
  | 'timer-d'
  | 'timer-m'
  | 'transport-error'
  | 'abandoned';
export type InviteClientAction =
  | 'send-again'
  | 'stop-timers'
  | 'pass'
  | 'acknowledge'
  | 'start-d'
  | 'start-m'
  | 'report-timeout'
  | 'report-transport-error'
  | 'end';

export const inviteClientTable: Table<InviteClientPhase, InviteClientEvent, InviteClientAction> = {
  calling: {
    provisional: go('proceeding', 'stop-timers', 'pass'),
    success: go('accepted', 'stop-timers', 'start-m', 'pass'),
    failure: go('completed', 'stop-timers', 'acknowledge', 'start-d', 'pass'),
    'retransmit-timer': go('calling', 'send-again'),
    'timer-b': go('terminated', 'stop-timers', 'report-timeout', 'end'),
    'timer-d': 'impossible',
    'timer-m': 'impossible',
    'transport-error': go('terminated', 'stop-timers', 'report-transport-error', 'end'),
    abandoned: go('terminated', 'stop-timers', 'end'),
  },
  proceeding: {
    provisional: go('proceeding', 'pass'),
    success: go('accepted', 'start-m', 'pass'),
    failure: go('completed', 'acknowledge', 'start-d', 'pass'),
    'retransmit-timer': 'impossible',
    'timer-b': 'impossible',
    'timer-d': 'impossible',
    'timer-m': 'impossible',
    // A request that was answered has arrived; a late report of the send is about nothing.
    'transport-error': 'ignore',
    // RFC 3261 §9.1: cancelled, and no final response within 64*T1.
    abandoned: go('terminated', 'end'),
  },
  completed: {
    provisional: 'ignore',
    success: 'ignore',
    failure: go('completed', 'acknowledge'),
    'retransmit-timer': 'impossible',
    'timer-b': 'impossible',
    'timer-d': go('terminated', 'end'),
    'timer-m': 'impossible',
    // The ACK could not be sent: the final response is with the user already.
    'transport-error': 'ignore',
    abandoned: 'ignore',
  },
  accepted: {
    provisional: 'ignore',
    // RFC 6026 §7.2: retransmissions, and 2xx of other forks.
    success: go('accepted', 'pass'),
    failure: 'ignore',
    'retransmit-timer': 'impossible',
    'timer-b': 'impossible',
    'timer-d': 'impossible',
    'timer-m': go('terminated', 'end'),
    'transport-error': 'ignore',
    abandoned: 'ignore',
  },
  terminated: {
    provisional: 'ignore',
    success: 'ignore',
    failure: 'ignore',
    'retransmit-timer': 'impossible',
    'timer-b': 'impossible',
    'timer-d': 'impossible',
    'timer-m': 'impossible',
    'transport-error': 'ignore',
    abandoned: 'ignore',
  },
};

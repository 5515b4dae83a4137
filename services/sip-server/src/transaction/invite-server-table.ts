import { go, type Table } from './machine.ts';

/** RFC 3261 §17.2.1 with the Accepted state of RFC 6026 §7.1. */
export type InviteServerPhase = 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';
export type InviteServerEvent =
  | 'request'
  | 'ack'
  | 'send-provisional'
  | 'send-success'
  | 'send-failure'
  | 'timer-g'
  | 'timer-h'
  | 'timer-i'
  | 'timer-l'
  | 'transport-error';
export type InviteServerAction =
  | 'send'
  | 'send-again'
  | 'pass-ack'
  | 'start-g'
  | 'start-h'
  | 'stop-timers'
  | 'start-i'
  | 'start-l'
  | 'report-transport-error'
  | 'end';

export const inviteServerTable: Table<InviteServerPhase, InviteServerEvent, InviteServerAction> = {
  proceeding: {
    request: go('proceeding', 'send-again'),
    ack: 'ignore',
    'send-provisional': go('proceeding', 'send'),
    'send-success': go('accepted', 'send', 'start-l'),
    'send-failure': go('completed', 'send', 'start-g', 'start-h'),
    'timer-g': 'impossible',
    'timer-h': 'impossible',
    'timer-i': 'impossible',
    'timer-l': 'impossible',
    // A provisional response is not worth a call; the final one tries again.
    'transport-error': 'ignore',
  },
  completed: {
    request: go('completed', 'send-again'),
    ack: go('confirmed', 'stop-timers', 'start-i'),
    'send-provisional': 'ignore',
    'send-success': 'ignore',
    'send-failure': 'ignore',
    'timer-g': go('completed', 'send-again', 'start-g'),
    // §17.2.1: no ACK came; nothing more can be done for a refused INVITE.
    'timer-h': go('terminated', 'stop-timers', 'end'),
    'timer-i': 'impossible',
    'timer-l': 'impossible',
    'transport-error': go('terminated', 'stop-timers', 'report-transport-error', 'end'),
  },
  confirmed: {
    request: 'ignore',
    ack: 'ignore',
    'send-provisional': 'ignore',
    'send-success': 'ignore',
    'send-failure': 'ignore',
    'timer-g': 'impossible',
    'timer-h': 'impossible',
    'timer-i': go('terminated', 'end'),
    'timer-l': 'impossible',
    'transport-error': 'ignore',
  },
  accepted: {
    // RFC 6026 §7.1: retransmissions of the INVITE are absorbed; the user retransmits its 2xx through us.
    request: 'ignore',
    ack: go('accepted', 'pass-ack'),
    'send-provisional': 'ignore',
    'send-success': go('accepted', 'send'),
    'send-failure': 'ignore',
    'timer-g': 'impossible',
    'timer-h': 'impossible',
    'timer-i': 'impossible',
    'timer-l': go('terminated', 'end'),
    'transport-error': go('accepted', 'report-transport-error'),
  },
  terminated: {
    request: 'ignore',
    ack: 'ignore',
    'send-provisional': 'ignore',
    'send-success': 'ignore',
    'send-failure': 'ignore',
    'timer-g': 'impossible',
    'timer-h': 'impossible',
    'timer-i': 'impossible',
    'timer-l': 'impossible',
    'transport-error': 'ignore',
  },
};

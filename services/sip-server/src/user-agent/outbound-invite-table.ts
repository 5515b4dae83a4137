import { go, type Table } from '../transaction/machine.ts';

/** An INVITE of an application, from sending to its final response (RFC 3261 §13.2, §9.1). */
export type OutboundInvitePhase = 'calling' | 'ringing' | 'cancel-held' | 'cancelling' | 'answered' | 'ended';
export type OutboundInviteEvent =
  | 'provisional'
  | 'success'
  | 'failure'
  | 'cancel'
  | 'cancel-timer'
  | 'ring-timer'
  | 'timeout'
  | 'transport-error'
  | 'owner-lost';
export type OutboundInviteAction =
  | 'pass'
  | 'send-cancel'
  | 'start-cancel-timer'
  | 'start-ring-timer'
  | 'open-dialog'
  | 'open-dialog-to-end'
  | 'repeated-success'
  | 'abandon'
  | 'pass-408'
  | 'pass-503'
  | 'drop-early-dialogs'
  | 'forget';

export const outboundInviteTable: Table<OutboundInvitePhase, OutboundInviteEvent, OutboundInviteAction> = {
  calling: {
    provisional: go('ringing', 'start-ring-timer', 'pass'),
    success: go('answered', 'forget', 'open-dialog', 'pass'),
    failure: go('ended', 'forget', 'drop-early-dialogs', 'pass'),
    // §9.1: no provisional response yet, so the CANCEL has to wait for one.
    cancel: go('cancel-held'),
    'cancel-timer': 'impossible',
    'ring-timer': 'impossible',
    timeout: go('ended', 'forget', 'pass-408'),
    'transport-error': go('ended', 'forget', 'pass-503'),
    'owner-lost': go('cancel-held'),
  },
  ringing: {
    provisional: go('ringing', 'pass'),
    success: go('answered', 'forget', 'open-dialog', 'pass'),
    failure: go('ended', 'forget', 'drop-early-dialogs', 'pass'),
    cancel: go('cancelling', 'send-cancel', 'start-cancel-timer'),
    'cancel-timer': 'impossible',
    // As timer C of a proxy (§16.8): nobody rings for ever.
    'ring-timer': go('cancelling', 'send-cancel', 'start-cancel-timer'),
    // 100 came from one address of the next hop and 503 after it, and then nothing from the next address.
    timeout: go('ended', 'forget', 'drop-early-dialogs', 'pass-408'),
    'transport-error': go('ended', 'forget', 'drop-early-dialogs', 'pass-503'),
    'owner-lost': go('cancelling', 'send-cancel', 'start-cancel-timer'),
  },
  'cancel-held': {
    provisional: go('cancelling', 'send-cancel', 'start-cancel-timer'),
    success: go('answered', 'forget', 'open-dialog-to-end', 'pass'),
    failure: go('ended', 'forget', 'drop-early-dialogs', 'pass'),
    cancel: 'ignore',
    'cancel-timer': 'impossible',
    'ring-timer': 'impossible',
    timeout: go('ended', 'forget', 'pass-408'),
    'transport-error': go('ended', 'forget', 'pass-503'),
    'owner-lost': 'ignore',
  },
  cancelling: {
    provisional: 'ignore',
    // The 200 crossed the CANCEL: the dialog is up, and is ended with BYE (§15).
    success: go('answered', 'forget', 'open-dialog-to-end', 'pass'),
    failure: go('ended', 'forget', 'drop-early-dialogs', 'pass'),
    cancel: 'ignore',
    // §9.1: 64*T1 after the CANCEL without a final response, and the INVITE counts as cancelled.
    'cancel-timer': go('ended', 'forget', 'abandon', 'drop-early-dialogs', 'pass-408'),
    'ring-timer': 'impossible',
    timeout: 'impossible',
    'transport-error': 'ignore',
    'owner-lost': 'ignore',
  },
  answered: {
    provisional: 'ignore',
    success: go('answered', 'repeated-success'),
    failure: 'ignore',
    cancel: 'ignore',
    'cancel-timer': 'impossible',
    'ring-timer': 'impossible',
    timeout: 'impossible',
    'transport-error': 'ignore',
    'owner-lost': 'ignore',
  },
  ended: {
    provisional: 'ignore',
    success: 'ignore',
    failure: 'ignore',
    cancel: 'ignore',
    'cancel-timer': 'impossible',
    'ring-timer': 'impossible',
    timeout: 'impossible',
    'transport-error': 'ignore',
    'owner-lost': 'ignore',
  },
};

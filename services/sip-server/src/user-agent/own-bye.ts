/** Why the server ends a call of its own accord; the text reaches applications as the reason of `destroy`. */
export type OwnByeCause =
  | 'ack-timeout'
  | 'cancel-race'
  | 'session-expired'
  | 'application-gone'
  | 'application-ack'
  | 'other-leg'
  | 'fork';

/** RFC 3326: the Reason of the BYE. */
export const ownByeReasons: Readonly<Record<OwnByeCause, { readonly cause: number; readonly text: string }>> = {
  'ack-timeout': { cause: 408, text: 'ACK timeout' },
  'cancel-race': { cause: 487, text: 'ACK-BYE due to cancel race condition' },
  'session-expired': { cause: 408, text: 'Session timer expired' },
  'application-gone': { cause: 503, text: 'Application gone' },
  'other-leg': { cause: 200, text: 'The other side hung up' },
  'application-ack': { cause: 500, text: 'No ACK from the application' },
  fork: { cause: 200, text: 'Answered by another branch' },
};

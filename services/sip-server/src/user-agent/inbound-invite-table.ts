import type { Arrival } from '../transaction/arrival.ts';
import { go, type Table } from '../transaction/machine.ts';

/** An INVITE from the network, from its delivery to an application to the ACK (RFC 3261 §13.3, §9.2). */
export type InboundInvitePhase = 'offered' | 'proceeding' | 'answered' | 'confirmed' | 'refused';
export type InboundInviteEvent =
  | 'provisional'
  | 'success'
  | 'failure'
  | 'cancel'
  | 'early-bye'
  | 'ack'
  | 'prack-timeout'
  | 'answer-timer'
  | 'retransmit-timer'
  | 'ack-timer'
  | 'owner-lost';
/** What comes with an event. */
export interface InboundInvitePayload {
  readonly status?: number;
  readonly bytes?: Buffer;
  readonly arrival?: Arrival;
}

export type InboundInviteAction =
  | 'send'
  | 'send-487'
  | 'send-480'
  | 'send-500'
  | 'send-504'
  | 'tell-cancel'
  | 'wait-for-final'
  | 'confirm-dialog'
  | 'start-2xx'
  | 'send-2xx-again'
  | 'pass-ack'
  | 'bye-for-want-of-ack'
  | 'refuse-dialog'
  | 'forget';

export const inboundInviteTable: Table<InboundInvitePhase, InboundInviteEvent, InboundInviteAction> = {
  /** The caller has heard 100 Trying and nothing else. */
  offered: {
    provisional: go('proceeding', 'send', 'wait-for-final'),
    success: go('answered', 'confirm-dialog', 'start-2xx', 'send'),
    failure: go('refused', 'send', 'forget'),
    // §9.2: 487 to the INVITE; the 200 to the CANCEL itself is sent by whoever received it.
    cancel: go('refused', 'tell-cancel', 'send-487', 'forget'),
    // §15.1.2: a BYE inside a re-INVITE.
    'early-bye': go('refused', 'tell-cancel', 'send-487', 'forget'),
    ack: 'ignore',
    'prack-timeout': 'impossible',
    'answer-timer': go('refused', 'send-480', 'forget'),
    'retransmit-timer': 'impossible',
    'ack-timer': 'impossible',
    'owner-lost': go('refused', 'send-500', 'forget'),
  },
  /** The application sent a provisional response. */
  proceeding: {
    provisional: go('proceeding', 'send', 'wait-for-final'),
    success: go('answered', 'confirm-dialog', 'start-2xx', 'send'),
    failure: go('refused', 'send', 'refuse-dialog', 'forget'),
    cancel: go('refused', 'tell-cancel', 'send-487', 'refuse-dialog', 'forget'),
    // §15: the caller may end an early dialog with BYE; §15.1.2: pending requests of it are answered with 487.
    'early-bye': go('refused', 'tell-cancel', 'send-487', 'forget'),
    ack: 'ignore',
    // RFC 3262 §3: no PRACK within 64*T1; the INVITE is refused with a 5xx.
    'prack-timeout': go('refused', 'tell-cancel', 'send-504', 'refuse-dialog', 'forget'),
    'answer-timer': go('refused', 'tell-cancel', 'send-480', 'refuse-dialog', 'forget'),
    'retransmit-timer': 'impossible',
    'ack-timer': 'impossible',
    'owner-lost': go('refused', 'send-500', 'refuse-dialog', 'forget'),
  },
  /** A 200 was sent; §13.3.1.4: it is sent again until the ACK, on every transport. */
  answered: {
    provisional: 'ignore',
    success: 'ignore',
    failure: 'ignore',
    // §9.2: no effect after a final response; the caller ends the dialog with BYE.
    cancel: 'ignore',
    'early-bye': go('refused', 'forget'),
    ack: go('confirmed', 'pass-ack', 'forget'),
    'prack-timeout': 'ignore',
    'answer-timer': 'impossible',
    'retransmit-timer': go('answered', 'send-2xx-again'),
    'ack-timer': go('refused', 'bye-for-want-of-ack', 'forget'),
    // The dialog is up and has its own end; until then the caller's ACK may still come.
    'owner-lost': 'ignore',
  },
  confirmed: {
    provisional: 'ignore',
    success: 'ignore',
    failure: 'ignore',
    cancel: 'ignore',
    'early-bye': 'ignore',
    ack: 'ignore',
    'prack-timeout': 'ignore',
    'answer-timer': 'impossible',
    'retransmit-timer': 'impossible',
    'ack-timer': 'impossible',
    'owner-lost': 'ignore',
  },
  refused: {
    provisional: 'ignore',
    success: 'ignore',
    failure: 'ignore',
    cancel: 'ignore',
    'early-bye': 'ignore',
    ack: 'ignore',
    'prack-timeout': 'ignore',
    'answer-timer': 'impossible',
    'retransmit-timer': 'impossible',
    'ack-timer': 'impossible',
    'owner-lost': 'ignore',
  },
};

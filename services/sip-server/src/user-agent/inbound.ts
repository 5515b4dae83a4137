import type { SipResponse } from '@trunkline/sip/message';
import type { Application } from '../control/application.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { Arrival } from '../transaction/arrival.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';

/** A request from the network that an application has been given and has to answer. */
export interface Inbound {
  /** The transaction id of the control protocol. */
  readonly id: string;
  readonly app: Application;
  readonly arrival: Arrival;
  /** The dialog that it came in, or that its responses opened. */
  readonly dialog: Dialog | undefined;
  /** Sends the application's response. */
  answer(draft: SipResponse): AnswerResult;
  /**
   * Gives the request up, so that somebody else may answer it; `undefined` when it was answered, also provisionally, or is
   * inside a dialog.
   */
  release(): ServerTransaction | undefined;
  /** Whether another connection of the application may answer it: so it is for requests inside a dialog but INVITE. */
  readonly lasting: boolean;
  /** Another connection of the application has to answer it now. */
  handOver(app: Application): void;
  /** The application is gone: answers in its stead. */
  ownerLost(): void;
}

export type AnswerResult =
  | { readonly ok: true; readonly sent: Buffer; readonly dialog_id: string }
  | { readonly ok: false; readonly reason: string };

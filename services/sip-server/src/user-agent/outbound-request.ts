import type { SipResponse } from '@trunkline/sip/message';
import type { Application } from '../control/application.ts';
import { contactUri, type Dialog } from '../dialog/dialog.ts';
import { agreedTerms } from '../dialog/session-terms.ts';
import type { ClientTransaction, ClientUser } from '../transaction/client-transaction.ts';
import type { Core } from './core.ts';
import { deliverResponse } from './deliver.ts';
import { ownResponse } from './outbound-invite.ts';
import { armSession } from './session-timer.ts';

/** Any request of an application but INVITE and ACK: its responses go back to the application. */
export class OutboundRequest implements ClientUser {
  readonly id: string;
  readonly #core: Core;
  readonly #app: Application;
  readonly #dialog: Dialog | undefined;
  #transaction: ClientTransaction | undefined;

  constructor(core: Core, id: string, app: Application, dialog?: Dialog) {
    this.id = id;
    this.#core = core;
    this.#app = app;
    this.#dialog = dialog;
  }

  sent(transaction: ClientTransaction): void {
    this.#transaction = transaction;
  }

  response(response: SipResponse): void {
    if (response.status <= 100) return;
    this.#pass(response);
    if (response.status >= 200) this.#endDialogAfterBye(response.status);
    this.#refresh(response);
  }

  timedOut(): void {
    this.#passOwn(408);
  }

  transportFailed(): void {
    this.#passOwn(503);
  }

  /** RFC 3311 §5.1, RFC 4028 §7.2: an UPDATE that is accepted may bring a new remote target, and renews the session. */
  #refresh({ status, headers }: SipResponse): void {
    if (this.#dialog === undefined || status < 200 || status >= 300) return;
    if (this.#transaction?.request.method !== 'UPDATE') return;
    const target = contactUri(headers.get('contact'));
    if (target !== undefined) this.#dialog.remote_target = target;
    const terms = agreedTerms(headers);
    if (terms !== undefined) armSession(this.#core, this.#dialog, terms);
  }

  #passOwn(status: number): void {
    const request = this.#transaction?.request;
    if (request !== undefined) this.#pass(ownResponse(request, status));
    this.#endDialogAfterBye(status);
  }

  #pass(response: SipResponse): void {
    const flow = this.#transaction?.flow;
    if (flow === undefined) return;
    deliverResponse(this.#core, this.#app, response, flow, { transaction: this.id, dialog: this.#dialog?.id ?? '' });
  }

  /** RFC 3261 §15: a BYE ends the dialog whatever is answered, except that a challenge makes it be sent once more. */
  #endDialogAfterBye(status: number): void {
    if (this.#dialog === undefined || this.#transaction?.request.method !== 'BYE') return;
    if (status !== 401 && status !== 407) this.#core.dialogs.remove(this.#dialog);
  }
}

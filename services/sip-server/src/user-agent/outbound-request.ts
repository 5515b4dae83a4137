import type { SipRequest, SipResponse } from '@trunkline/sip/message';
import { tagOf } from '@trunkline/sip/name-addr';
import type { Application } from '../control/application.ts';
import { contactUri, type Dialog, openUacDialog } from '../dialog/dialog.ts';
import { agreedTerms } from '../dialog/session-terms.ts';
import type { ClientTransaction, ClientUser } from '../transaction/client-transaction.ts';
import type { Tried } from '../transaction/tried.ts';
import type { Core } from './core.ts';
import { deliverResponse } from './deliver.ts';
import { ownResponse } from './outbound-invite.ts';
import { armSession } from './session-timer.ts';
import { armSubscription, endsSubscription, subscriptionExpires_s } from './subscription.ts';
import { withTried } from './with-tried.ts';

/** NOTIFYs that may come before the answer to their SUBSCRIBE, and wait for it. */
const MOST_HELD = 8;

/** Any request of an application but INVITE and ACK: its responses go back to the application. */
export class OutboundRequest implements ClientUser {
  readonly id: string;
  readonly #core: Core;
  readonly #app: Application;
  /** Whether the dialog is over with the answer: a BYE, or the last NOTIFY. */
  readonly #last: boolean;
  #held: (() => void)[] = [];
  #dialog: Dialog | undefined;
  #transaction: ClientTransaction | undefined;
  /** Other addresses of the next hop. */
  #tried: readonly Tried[] = [];

  constructor(core: Core, id: string, app: Application, { method, headers }: SipRequest, dialog?: Dialog) {
    this.#last = method === 'BYE' || endsSubscription(dialog, method, headers);
    this.id = id;
    this.#core = core;
    this.#app = app;
    this.#dialog = dialog;
  }

  sent(transaction: ClientTransaction): void {
    this.#transaction = transaction;
    if (this.#subscribes()) this.#core.subscribing.set(subscribingKey(transaction.request), this);
  }

  /**
   * RFC 6665 §4.1.2.4: the first NOTIFY may overtake the answer to the SUBSCRIBE. It waits, because applications learn of the
   * dialog by the answer. False when too many wait.
   */
  hold(run: () => void): boolean {
    if (this.#held.length >= MOST_HELD) return false;
    this.#held.push(run);
    return true;
  }

  moved(transaction: ClientTransaction, tried: readonly Tried[]): void {
    this.#transaction = transaction;
    this.#tried = tried;
  }

  response(response: SipResponse): void {
    if (response.status <= 100) return;
    this.#subscribed(response);
    this.#pass(response);
    if (response.status >= 200) this.#finish(response.status);
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
    const transaction = this.#transaction;
    if (transaction !== undefined) this.#pass(ownResponse(transaction.request, status, transaction.flow.failure));
    this.#finish(status);
  }

  #pass(response: SipResponse): void {
    const flow = this.#transaction?.flow;
    if (flow === undefined) return;
    const ids = { transaction: this.id, dialog: this.#dialog?.id ?? '' };
    deliverResponse(this.#core, this.#app, withTried(response, this.#tried, flow), flow, ids);
  }

  #subscribes(): boolean {
    return this.#dialog === undefined && this.#transaction?.request.method === 'SUBSCRIBE';
  }

  /** RFC 6665 §4.1.2.1: the 2xx to a SUBSCRIBE opens the dialog, or renews what is in one. */
  #subscribed(response: SipResponse): void {
    const transaction = this.#transaction;
    if (transaction?.request.method !== 'SUBSCRIBE' || response.status < 200 || response.status >= 300) return;
    const remote = tagOf(response.headers.get('to') ?? '');
    if (this.#dialog === undefined && remote !== undefined && !this.#core.dialogs.full) {
      this.#core.subscribing.delete(subscribingKey(transaction.request));
      const { request, flow } = transaction;
      const tags = { local: tagOf(request.from) ?? '', remote };
      this.#dialog = openUacDialog(request, response, tags, { app: this.#app, flow });
      this.#dialog.phase = 'confirmed';
      this.#core.dialogs.add(this.#dialog);
    }
    if (this.#dialog?.usage === 'subscribe') {
      armSubscription(this.#core, this.#dialog, subscriptionExpires_s(response.headers));
    }
  }

  #finish(status: number): void {
    this.#endDialog(status);
    const transaction = this.#transaction;
    if (transaction !== undefined) this.#core.subscribing.delete(subscribingKey(transaction.request));
    const held = this.#held;
    this.#held = [];
    for (const run of held) run();
  }

  /** RFC 3261 §15: a BYE ends the dialog whatever is answered, except that a challenge makes it be sent once more. */
  #endDialog(status: number): void {
    if (this.#dialog === undefined) return;
    // RFC 6665 §4.1.2.2, §4.2.2: a subscription that the peer knows nothing of is over.
    const gone = this.#dialog.usage === 'subscribe' && status === 481;
    if (gone || (this.#last && status !== 401 && status !== 407)) this.#core.dialogs.remove(this.#dialog);
  }
}

/** What a NOTIFY and the SUBSCRIBE that asked for it have in common (RFC 6665 §4.4.1). */
const subscribingKey = ({ call_id, from }: { readonly call_id: string; readonly from: string }): string =>
  `${call_id}\n${tagOf(from) ?? ''}`;

/** The SUBSCRIBE without an answer that a NOTIFY belongs to. */
export const subscribingFor = (core: Core, call_id: string, to_tag: string): OutboundRequest | undefined =>
  core.subscribing.get(`${call_id}\n${to_tag}`);

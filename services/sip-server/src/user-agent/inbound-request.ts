import type { Timer } from '@trunkline/runtime/clock';
import type { SipResponse } from '@trunkline/sip/message';
import { tagOf } from '@trunkline/sip/name-addr';
import { composeOwnResponse, composeResponse } from '../compose/compose-response.ts';
import type { Application } from '../control/application.ts';
import { contactUri, type Dialog, openUasDialog } from '../dialog/dialog.ts';
import { answerTerms } from '../dialog/session-terms.ts';
import type { Asked } from '../overload/gate.ts';
import type { Arrival } from '../transaction/arrival.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { endpointText } from '../transport/endpoint.ts';
import { type Core, newTag } from './core.ts';
import { deliverRequest } from './deliver.ts';
import type { AnswerResult, Inbound } from './inbound.ts';
import { ownContact } from './own-contact.ts';
import { armSession } from './session-timer.ts';
import { armSubscription, endsSubscription, subscriptionExpires_s } from './subscription.ts';

/** Methods whose 2xx carries a Contact of ours (RFC 6665 §4.2, RFC 3311 §5.2). */
const WITH_CONTACT: ReadonlySet<string> = new Set(['SUBSCRIBE', 'UPDATE', 'REFER']);

/** Any request but INVITE while an application has it; it has a deadline, and then the server answers. */
export class InboundRequest implements Inbound {
  readonly id: string;
  readonly arrival: Arrival;
  app: Application;
  readonly #core: Core;
  readonly #transaction: ServerTransaction;
  readonly #deadline: Timer;
  #dialog: Dialog | undefined;
  #tag: string | undefined;
  #asked: Asked | undefined;

  constructor(core: Core, id: string, app: Application, transaction: ServerTransaction, dialog?: Dialog) {
    this.id = id;
    this.app = app;
    this.#dialog = dialog;
    this.#core = core;
    this.#transaction = transaction;
    this.arrival = transaction.arrival;
    this.#tag = dialog?.local_tag;
    // Applications answer a BYE without thinking: how long they take shows how much they have to do.
    if (transaction.arrival.request.method === 'BYE') this.#asked = core.gate.asked(app, 'BYE');
    core.inbound.set(id, this);
    this.#deadline = core.clock.after(core.deadlines.other_response, () => {
      core.events.refused('no answer from the application');
      this.#answerItself();
    });
  }

  get dialog(): Dialog | undefined {
    return this.#dialog;
  }

  answer(draft: SipResponse): AnswerResult {
    const { status } = draft;
    const { flow, request } = this.arrival;
    const local = this.#core.transports.of(flow)?.advertised ?? flow.local;
    const tag = this.#tag ?? tagOf(draft.headers.get('to') ?? '') ?? newTag(this.#core);
    this.#tag = tag;
    const accepted = status >= 200 && status < 300;
    const session = accepted && request.method === 'UPDATE' ? this.#agreeOnSession(draft) : undefined;
    if (accepted && request.method === 'SUBSCRIBE') this.#subscribe(draft, tag);
    const withContact = accepted && WITH_CONTACT.has(request.method);
    const sent = composeResponse(this.arrival, draft, {
      to_tag: tag,
      host_port: endpointText(local),
      contact: withContact ? ownContact(flow.transport, local, request.uri) : undefined,
      extra: session,
    });
    this.#transaction.respond(status, sent);
    if (status >= 200) this.#finish(status);
    return { ok: true, sent, dialog_id: this.dialog?.id ?? '' };
  }

  get lasting(): boolean {
    return this.#dialog !== undefined;
  }

  handOver(app: Application): void {
    this.app = app;
    deliverRequest(this.#core, app, this.arrival, { transaction: this.id, dialog: this.#dialog?.id ?? '' });
  }

  release(): ServerTransaction | undefined {
    if (this.#dialog !== undefined || this.#tag !== undefined) return undefined;
    this.#deadline.cancel();
    this.#asked?.answered();
    this.#core.inbound.delete(this.id);
    return this.#transaction;
  }

  ownerLost(): void {
    this.#core.events.refused('application gone');
    this.#answerItself();
  }

  /** RFC 6665 §4.2.1.1: a SUBSCRIBE that is accepted opens a dialog, or renews what is in one. */
  #subscribe(draft: SipResponse, tag: string): void {
    const { arrival } = this;
    if (this.#dialog === undefined && arrival.to_tag === undefined) {
      this.#dialog = openUasDialog(arrival, tag, this.app);
      this.#dialog.phase = 'confirmed';
      this.#core.dialogs.add(this.#dialog);
    }
    if (this.#dialog?.usage !== 'subscribe') return;
    armSubscription(this.#core, this.#dialog, subscriptionExpires_s(draft.headers, arrival.request.headers));
  }

  /** RFC 4028 §9: an UPDATE refreshes a session as a re-INVITE does. */
  #agreeOnSession(draft: SipResponse): string | undefined {
    if (this.dialog === undefined) return undefined;
    const { terms, lines } = answerTerms(this.arrival.request.headers, draft.headers);
    if (terms !== undefined) armSession(this.#core, this.dialog, terms);
    return lines;
  }

  /** A BYE has ended its dialog whatever the application says; for all else nobody has answered. */
  #answerItself(): void {
    const status = this.arrival.request.method === 'BYE' ? 200 : 500;
    this.#transaction.respond(status, composeOwnResponse(this.arrival, status, this.#tag ?? newTag(this.#core)));
    this.#finish(status);
  }

  #finish(status: number): void {
    this.#deadline.cancel();
    this.#asked?.answered();
    this.#core.inbound.delete(this.id);
    const { method, headers } = this.arrival.request;
    // RFC 3311 §5.2: an UPDATE that is accepted may bring a new remote target.
    const target = method === 'UPDATE' && status < 300 ? contactUri(headers.get('contact')) : undefined;
    if (target !== undefined && this.dialog !== undefined) this.dialog.remote_target = target;
    if (this.#dialog !== undefined && endsSubscription(this.#dialog, method, headers)) {
      this.#core.dialogs.remove(this.#dialog);
    }
  }
}

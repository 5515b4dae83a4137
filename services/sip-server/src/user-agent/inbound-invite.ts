import type { Timer } from '@trunkline/runtime/clock';
import type { SipResponse } from '@trunkline/sip/message';
import { tagOf } from '@trunkline/sip/name-addr';
import { composeOwnResponse, composeResponse } from '../compose/compose-response.ts';
import type { Application } from '../control/application.ts';
import { contactUri, type Dialog, openUasDialog, type RemoteInvite } from '../dialog/dialog.ts';
import { answerTerms } from '../dialog/session-terms.ts';
import type { Asked } from '../overload/gate.ts';
import type { Arrival } from '../transaction/arrival.ts';
import { Machine } from '../transaction/machine.ts';
import type { ServerTransaction, ServerUser } from '../transaction/server-transaction.ts';
import { endpointText } from '../transport/endpoint.ts';
import { cancelOf } from './cancel-of.ts';
import { cdrAnswer } from './cdr.ts';
import { type Core, newTag } from './core.ts';
import { deliverRequest } from './deliver.ts';
import { endDialog } from './end-dialog.ts';
import type { AnswerResult, Inbound } from './inbound.ts';
import {
  type InboundInviteAction,
  type InboundInviteEvent,
  type InboundInvitePhase,
  inboundInviteTable,
  type InboundInvitePayload as Payload,
} from './inbound-invite-table.ts';
import { ownContact } from './own-contact.ts';
import { Provisionals, supports100rel, wants100rel } from './provisionals.ts';
import { armSession } from './session-timer.ts';

/** An INVITE from the network while an application has it: outside a dialog, or a re-INVITE. */
export class InboundInvite implements Inbound, ServerUser, RemoteInvite {
  readonly id: string;
  readonly lasting = false;
  readonly arrival: Arrival;
  app: Application;
  readonly #core: Core;
  readonly #transaction: ServerTransaction;
  readonly #machine: Machine<InboundInvitePhase, InboundInviteEvent, InboundInviteAction, Payload>;
  readonly #again: boolean;
  /** Of a new INVITE: how long it takes until the application has got to it. */
  readonly #asked: Asked | undefined;
  #dialog: Dialog | undefined;
  #tag: string | undefined;
  #success: Buffer | undefined;
  #provisionals: Provisionals | undefined;
  #interval_ms = 0;
  #timer: Timer | undefined;
  #deadline: Timer | undefined;

  constructor(core: Core, id: string, app: Application, transaction: ServerTransaction, dialog?: Dialog) {
    this.id = id;
    this.app = app;
    this.#core = core;
    this.#transaction = transaction;
    this.arrival = transaction.arrival;
    this.#dialog = dialog;
    this.#again = dialog !== undefined;
    this.#tag = dialog?.local_tag;
    this.#asked = dialog === undefined ? core.gate.asked(app, 'INVITE') : undefined;
    this.#machine = new Machine(
      inboundInviteTable,
      'offered',
      (action, payload) => this.#perform(action, payload),
      (phase, event) => core.logger.error('An impossible event reached an INVITE', { phase, event }),
    );
    transaction.user = this;
    core.inbound.set(id, this);
    if (dialog !== undefined) dialog.remote_invite = this;
    this.#deadline = core.clock.after(core.deadlines.first_response, () => this.#dispatch('answer-timer'));
  }

  get cseq(): number {
    return this.arrival.cseq;
  }

  get dialog(): Dialog | undefined {
    return this.#dialog;
  }

  answer(draft: SipResponse): AnswerResult {
    const { status } = draft;
    const { phase } = this.#machine;
    this.#asked?.answered();
    if (phase !== 'offered' && phase !== 'proceeding') return refused('Response not sent due to unknown transaction');
    const reliable = status > 100 && status < 200 && wants100rel(draft.headers);
    if (reliable && !supports100rel(this.arrival)) return refused('Remote endpoint does not support 100rel');
    // Only the first response may bring a tag of the application's own.
    this.#tag ??= tagOf(draft.headers.get('to') ?? '') ?? newTag(this.#core);
    if (status > 100 && status < 300) this.#openDialog(this.#tag);
    const dialog_id = this.#dialog?.id ?? '';
    const rseq = reliable ? this.#reliable().next_rseq : undefined;
    const session = status >= 200 && status < 300 ? this.#agreeOnSession(draft) : '';
    const sent = this.#compose(draft, this.#tag, rseq === undefined ? session : `RSeq: ${rseq}\r\n`);
    if (rseq !== undefined && this.#provisionals?.send(sent) === false)
      return refused('too many reliable responses wait');
    const event = status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure';
    this.#dispatch(event, rseq === undefined ? { status, bytes: sent } : { status });
    return { ok: true, sent, dialog_id };
  }

  handOver(app: Application): void {
    this.app = app;
  }

  release(): ServerTransaction | undefined {
    if (this.#again || this.#machine.phase !== 'offered') return undefined;
    this.#forget();
    return this.#transaction;
  }

  acknowledged(ack: Arrival): void {
    this.#dispatch('ack', { arrival: ack });
  }

  pracked(prack: Arrival): boolean {
    return this.#provisionals?.acknowledge(prack.request.headers.get('rack') ?? '', this.cseq) ?? false;
  }

  cancelled(cancel: Arrival): void {
    this.#dispatch('cancel', { arrival: cancel });
  }

  endedByPeer(): void {
    this.#dispatch('early-bye');
  }

  ownerLost(): void {
    this.#dispatch('owner-lost');
  }

  transportFailed(): void {
    // The 2xx goes out again with the next retransmission; without an ACK in the end, the call is given up.
  }

  #dispatch(event: InboundInviteEvent, payload: Payload = {}): void {
    this.#machine.dispatch(event, payload);
  }

  #openDialog(tag: string): void {
    if (this.#dialog !== undefined) return;
    this.#dialog = openUasDialog(this.arrival, tag, this.app);
    this.#dialog.remote_invite = this;
    this.#core.dialogs.add(this.#dialog);
  }

  /** RFC 4028 §9: header lines for the 2xx; the session timer starts, or starts anew. */
  #agreeOnSession(draft: SipResponse): string {
    const dialog = this.#dialog;
    if (dialog === undefined) return '';
    if (draft.body.length > 0) dialog.local_sdp = draft.body;
    const { terms, lines } = answerTerms(this.arrival.request.headers, draft.headers);
    armSession(this.#core, dialog, terms);
    return lines;
  }

  #compose(draft: SipResponse, to_tag: string, extra: string): Buffer {
    const { flow, request } = this.arrival;
    const local = this.#core.transports.of(flow)?.advertised ?? flow.local;
    return composeResponse(this.arrival, draft, {
      to_tag,
      host_port: endpointText(local),
      // RFC 3261 §12.1.1: what may open a dialog, or refresh its target, carries a Contact.
      contact: draft.status > 100 && draft.status < 300 ? ownContact(flow.transport, local, request.uri) : undefined,
      extra,
    });
  }

  #reliable(): Provisionals {
    const { clock, transactions, timers, ids } = this.#core;
    this.#provisionals ??= new Provisionals(
      {
        clock,
        durations: transactions.durations(this.arrival.flow),
        t1_ms: timers.t1_ms,
        send: (bytes) => this.#transaction.respond(183, bytes),
        unacknowledged: () => this.#dispatch('prack-timeout'),
      },
      // RFC 3262 §3: chosen at random between 1 and 2^31 - 1; three bytes leave room to count.
      Number.parseInt(ids.hex(3), 16) + 1,
    );
    return this.#provisionals;
  }

  #perform(action: InboundInviteAction, payload: Payload): void {
    switch (action) {
      case 'send':
        if (payload.bytes !== undefined) this.#transaction.respond(payload.status ?? 500, payload.bytes);
        return;
      case 'send-487':
        this.#refuse(487);
        return;
      case 'send-480':
        this.#core.events.refused('no answer from the application');
        this.#refuse(480);
        return;
      case 'send-500':
        this.#core.events.refused('application gone');
        this.#refuse(500);
        return;
      case 'send-504':
        this.#refuse(504);
        return;
      case 'tell-cancel':
        // A CANCEL of ours stands for one that never came: the caller is lost, and the application has to know.
        this.#tell(payload.arrival ?? cancelOf(this.arrival));
        return;
      case 'pass-ack':
        if (payload.arrival !== undefined) this.#tell(payload.arrival);
        return;
      default:
        this.#performTimed(action, payload);
    }
  }

  #performTimed(
    action: Exclude<
      InboundInviteAction,
      'send' | 'send-487' | 'send-480' | 'send-500' | 'send-504' | 'tell-cancel' | 'pass-ack'
    >,
    payload: Payload,
  ): void {
    const { clock, deadlines } = this.#core;
    switch (action) {
      case 'wait-for-final':
        this.#deadline?.cancel();
        this.#deadline = clock.after(deadlines.final_response, () => this.#dispatch('answer-timer'));
        return;
      case 'confirm-dialog':
        this.#confirmDialog();
        return;
      case 'start-2xx':
        this.#startSuccess(payload.bytes);
        return;
      case 'send-2xx-again':
        this.#sendSuccessAgain();
        return;
      case 'bye-for-want-of-ack':
        if (this.#dialog !== undefined) endDialog(this.#core, this.#dialog, 'ack-timeout');
        return;
      case 'refuse-dialog':
        if (this.#dialog !== undefined && !this.#again) this.#core.dialogs.remove(this.#dialog);
        return;
      case 'forget':
        this.#forget();
    }
  }

  #refuse(status: number): void {
    this.#tag ??= newTag(this.#core);
    const message = composeOwnResponse(this.arrival, status, this.#tag);
    this.#transaction.respond(status, message);
    if (!this.#again) cdrAnswer(this.#core, { source: 'application', role: 'uas', status, message });
  }

  #tell(arrival: Arrival): void {
    deliverRequest(this.#core, this.app, arrival, { transaction: this.id, dialog: this.#dialog?.id ?? '' });
  }

  #confirmDialog(): void {
    this.#deadline?.cancel();
    this.#provisionals?.stop();
    const dialog = this.#dialog;
    if (dialog === undefined) return;
    dialog.phase = 'confirmed';
    // §12.2.2: a re-INVITE that is accepted may bring a new remote target.
    const target = contactUri(this.arrival.request.headers.get('contact'));
    if (target !== undefined) dialog.remote_target = target;
  }

  /** RFC 3261 §13.3.1.4: T1, doubling up to T2, on every transport; given up after 64*T1. */
  #startSuccess(bytes: Buffer | undefined): void {
    const { clock, transactions, timers } = this.#core;
    this.#success = bytes;
    this.#interval_ms = timers.t1_ms;
    this.#timer = clock.after(this.#interval_ms, () => this.#dispatch('retransmit-timer'));
    const { give_up } = transactions.durations(this.arrival.flow);
    this.#deadline = clock.after(give_up, () => this.#dispatch('ack-timer'));
  }

  #sendSuccessAgain(): void {
    if (this.#success === undefined) return;
    this.#transaction.respond(200, this.#success);
    this.#interval_ms = Math.min(this.#interval_ms * 2, this.#core.timers.t2_ms);
    this.#timer = this.#core.clock.after(this.#interval_ms, () => this.#dispatch('retransmit-timer'));
  }

  #forget(): void {
    this.#asked?.answered();
    this.#deadline?.cancel();
    this.#timer?.cancel();
    this.#provisionals?.stop();
    this.#core.inbound.delete(this.id);
    // The transaction stays for a while, and is all that does.
    if (this.#transaction.user === this) this.#transaction.user = undefined;
    if (this.#dialog?.remote_invite === this) this.#dialog.remote_invite = undefined;
  }
}

const refused = (reason: string): AnswerResult => ({ ok: false, reason });

import type { Timer } from '@trunkline/runtime/clock';
import { Headers } from '@trunkline/sip/headers';
import { NO_BODY, type SipRequest, type SipResponse, sipResponse } from '@trunkline/sip/message';
import { tagOf } from '@trunkline/sip/name-addr';
import { reasonPhrase } from '@trunkline/sip/reason-phrase';
import { applicationHeaders } from '../compose/application-headers.ts';
import { serverFields } from '../compose/server-fields.ts';
import type { Application } from '../control/application.ts';
import { contactUri, type Dialog, dialogId, openUacDialog } from '../dialog/dialog.ts';
import { agreedTerms } from '../dialog/session-terms.ts';
import type { ClientTransaction, ClientUser } from '../transaction/client-transaction.ts';
import { composeCancel } from '../transaction/compose-hop-request.ts';
import { Machine } from '../transaction/machine.ts';
import type { OutgoingRequest } from '../transaction/outgoing-request.ts';
import type { Tried } from '../transaction/tried.ts';
import { endpointText } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';
import type { TransportFailure } from '../transport/transport-failure.ts';
import { acknowledgeFork, awaitAck, repeatAck } from './await-ack.ts';
import { type CdrSource, cdrAnswer } from './cdr.ts';
import type { Core } from './core.ts';
import { deliverResponse } from './deliver.ts';
import {
  type OutboundInviteAction,
  type OutboundInviteEvent,
  type OutboundInvitePhase,
  outboundInviteTable,
} from './outbound-invite-table.ts';
import { armSession } from './session-timer.ts';
import { withTried } from './with-tried.ts';

/** Early dialogs that one INVITE may have: forks beyond are passed on without a dialog. */
const MOST_FORKS = 16;
const NO_HEADERS = new Headers();
const NOBODY: ClientUser = { response: () => {}, timedOut: () => {}, transportFailed: () => {} };

/** An INVITE of an application, outside a dialog or inside one, until its final response. */
export class OutboundInvite implements ClientUser {
  readonly id: string;
  readonly app: Application;
  readonly #core: Core;
  readonly #machine: Machine<OutboundInvitePhase, OutboundInviteEvent, OutboundInviteAction, SipResponse | undefined>;
  /** Our session description, if it has one. */
  #body: Buffer;
  readonly #other_leg: string | undefined;
  /** The dialog of a re-INVITE. */
  readonly #existing: Dialog | undefined;
  #transaction: ClientTransaction | undefined;
  /** Other addresses of the next hop. */
  #tried: readonly Tried[] = [];
  /** Early dialogs; after the answer, those of other forks that answered too. */
  #forks: Dialog[] = [];
  #answered: Dialog | undefined;
  #cancelHeaders = NO_HEADERS;
  #timer: Timer | undefined;

  constructor(core: Core, id: string, app: Application, draft: SipRequest, existing?: Dialog) {
    this.#body = draft.body;
    this.#other_leg = draft.headers.get(serverFields.other_leg);
    this.id = id;
    this.app = app;
    this.#core = core;
    this.#existing = existing;
    this.#machine = new Machine(
      outboundInviteTable,
      'calling',
      (action, response) => this.#perform(action, response),
      (phase, event) => core.logger.error('An impossible event reached an INVITE of ours', { phase, event }),
    );
  }

  /** Called once, when the INVITE was sent. */
  sent(transaction: ClientTransaction): void {
    this.#transaction = transaction;
    this.#core.outbound.set(this.id, this);
    if (this.#other_leg !== undefined) this.#core.watch.joined(this.#other_leg, transaction.request.call_id);
    if (this.#existing !== undefined) this.#existing.local_invite = true;
  }

  moved(transaction: ClientTransaction, tried: readonly Tried[]): void {
    this.#transaction = transaction;
    this.#tried = tried;
  }

  /** Cancelled, or done: no other address of the next hop is tried. */
  get over(): boolean {
    return this.#machine.phase !== 'calling' && this.#machine.phase !== 'ringing';
  }

  get flow(): Flow | undefined {
    return this.#transaction?.flow;
  }

  response(response: SipResponse): void {
    const { status } = response;
    if (status <= 100) {
      // 100 Trying is between hops: the application does not hear it, but a CANCEL may go out now.
      this.#dispatch('provisional', response);
      return;
    }
    this.#dispatch(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure', response);
  }

  timedOut(): void {
    this.#dispatch('timeout');
  }

  transportFailed(): void {
    this.#dispatch('transport-error');
  }

  /** The headers (Reason) go onto the CANCEL, now or when it may be sent. What will have been sent, when it is known. */
  cancel(headers: Headers): OutgoingRequest | undefined {
    const request = this.#transaction?.request;
    if (request === undefined) return undefined;
    this.#cancelHeaders = headers;
    this.#dispatch('cancel');
    return this.#cancelRequest(request);
  }

  ownerLost(): void {
    this.#dispatch('owner-lost');
  }

  #dispatch(event: OutboundInviteEvent, response?: SipResponse): void {
    this.#machine.dispatch(event, response);
  }

  #perform(action: OutboundInviteAction, response: SipResponse | undefined): void {
    const { clock, deadlines, timers, dialogs } = this.#core;
    switch (action) {
      case 'pass':
        if (response !== undefined) this.#pass(response);
        return;
      case 'send-cancel':
        this.#sendCancel();
        return;
      case 'start-cancel-timer':
        this.#timer?.cancel();
        this.#timer = clock.after(64 * timers.t1_ms, () => this.#dispatch('cancel-timer'));
        return;
      case 'start-ring-timer':
        this.#timer = clock.after(deadlines.final_response, () => this.#dispatch('ring-timer'));
        return;
      case 'open-dialog':
      case 'open-dialog-to-end':
        if (response !== undefined) this.#answer(response, action === 'open-dialog-to-end');
        return;
      case 'repeated-success':
        if (response !== undefined) this.#repeated(response);
        return;
      case 'abandon':
        this.#transaction?.abandon();
        return;
      case 'pass-408':
        this.#passOwn(408);
        return;
      case 'pass-503':
        this.#passOwn(503);
        return;
      case 'drop-early-dialogs':
        for (const dialog of this.#forks) dialogs.remove(dialog);
        this.#forks = [];
        return;
      case 'forget':
        this.#forget();
    }
  }

  #pass(response: SipResponse): void {
    const transaction = this.#transaction;
    if (transaction === undefined || response.status <= 100) return;
    this.#record('network', response);
    const dialog = response.status < 200 ? this.#early(response, transaction) : this.#answered;
    const known = this.#existing ?? dialog;
    const id = known?.id ?? earlyId(transaction.request);
    const told = withTried(response, this.#tried, transaction.flow);
    deliverResponse(this.#core, this.app, told, transaction.flow, { transaction: this.id, dialog: id });
  }

  /** RFC 3261 §12.1.2: a provisional response with a tag opens an early dialog. */
  #early(response: SipResponse, transaction: ClientTransaction): Dialog | undefined {
    if (this.#existing !== undefined) return this.#existing;
    const remote = tagOf(response.headers.get('to') ?? '');
    if (remote === undefined) return undefined;
    const known = this.#forks.find((dialog) => dialog.remote_tag === remote);
    if (known !== undefined || this.#forks.length >= MOST_FORKS) return known;
    const dialog = this.#open(response, transaction, remote);
    this.#forks.push(dialog);
    this.#core.dialogs.add(dialog);
    return dialog;
  }

  #open(response: SipResponse, { request, flow }: ClientTransaction, remote: string): Dialog {
    const local = tagOf(request.from) ?? '';
    return openUacDialog(request, response, { local, remote }, { app: this.app, flow });
  }

  /** The first 2xx decides which fork becomes the call; the dialog id of the application means that one from now on. */
  #answer(response: SipResponse, toEnd: boolean): void {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    const remote = tagOf(response.headers.get('to') ?? '') ?? '';
    for (const fork of this.#forks) this.#core.dialogs.remove(fork);
    const early = this.#forks.find((fork) => fork.remote_tag === remote);
    this.#forks = [];
    const dialog = this.#existing ?? this.#open(response, transaction, remote);
    if (early !== undefined) {
      // Requests may have been exchanged while the dialog was early.
      dialog.local_cseq = Math.max(dialog.local_cseq, early.local_cseq);
      dialog.remote_cseq = Math.max(dialog.remote_cseq, early.remote_cseq);
    }
    const target = contactUri(response.headers.get('contact'));
    if (target !== undefined) dialog.remote_target = target;
    dialog.phase = 'confirmed';
    if (this.#body.length > 0) dialog.local_sdp = this.#body;
    this.#body = NO_BODY;
    armSession(this.#core, dialog, agreedTerms(response.headers));
    this.#answered = dialog;
    if (this.#existing === undefined) this.#core.dialogs.add(dialog);
    if (this.#other_leg !== undefined) this.#core.dialogs.couple(dialog, this.#other_leg);
    awaitAck(this.#core, dialog, transaction.request.cseq, toEnd);
  }

  /** RFC 6026 §7.2: the same 2xx again means that our ACK was lost; another tag means that a second fork answered. */
  #repeated(response: SipResponse): void {
    const transaction = this.#transaction;
    const remote = tagOf(response.headers.get('to') ?? '') ?? '';
    if (transaction === undefined || this.#answered === undefined) return;
    if (remote === this.#answered.remote_tag) {
      repeatAck(this.#answered, transaction.request.cseq);
      return;
    }
    // RFC 3261 §13.2.2.4: every 2xx is acknowledged; applications know one dialog per INVITE, so this one is ended.
    const known = this.#forks.find((fork) => fork.remote_tag === remote);
    if (known !== undefined) repeatAck(known, transaction.request.cseq);
    else if (this.#forks.length < MOST_FORKS) {
      const fork = this.#open(response, transaction, remote);
      this.#forks.push(fork);
      acknowledgeFork(this.#core, fork, transaction.request.cseq);
    }
  }

  #passOwn(status: number): void {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    const { request, flow } = transaction;
    const response = ownResponse(request, status, flow.failure);
    const ids = { transaction: this.id, dialog: this.#existing?.id ?? '' };
    this.#record('application', response);
    deliverResponse(this.#core, this.app, withTried(response, this.#tried, flow), flow, ids);
  }

  #record(source: CdrSource, message: SipResponse): void {
    if (this.#existing === undefined) cdrAnswer(this.#core, { source, role: 'uac', status: message.status, message });
  }

  #cancelRequest(request: OutgoingRequest): OutgoingRequest {
    const local = this.#transaction?.flow.local;
    const extra = applicationHeaders(this.#cancelHeaders, local === undefined ? '' : endpointText(local));
    return composeCancel(request, extra);
  }

  #sendCancel(): void {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    this.#core.transactions.sendRequest(this.#cancelRequest(transaction.request), transaction.flow, NOBODY);
  }

  #forget(): void {
    this.#timer?.cancel();
    this.#core.outbound.delete(this.id);
    if (this.#existing !== undefined) this.#existing.local_invite = false;
  }
}

const earlyId = (request: OutgoingRequest): string => dialogId(request.call_id, tagOf(request.from) ?? '');

/**
 * A final response that we make for a request that nobody answered (RFC 3261 §8.1.3.1: 408 and 503). Why a connection failed
 * is its reason phrase, for applications that read nothing else, and its Warning (§20.43).
 */
export function ownResponse(request: OutgoingRequest, status: number, failure?: TransportFailure): SipResponse {
  const headers = Headers.of([
    ['Via', request.via],
    ['From', request.from],
    ['To', request.to],
    ['Call-ID', request.call_id],
    ['CSeq', `${request.cseq} ${request.method}`],
  ]);
  if (status !== 503 || failure === undefined) return sipResponse(status, reasonPhrase(status), headers);
  headers.append('Warning', `399 trunkline "${failure.kind}: ${failure.text}"`);
  return sipResponse(status, failure.text, headers);
}

import type { Timer } from '@trunkline/runtime/clock';
import { Headers } from '@trunkline/sip/headers';
import { type SipResponse, sipRequest } from '@trunkline/sip/message';
import type { Dialog } from '../dialog/dialog.ts';
import { contactUri } from '../dialog/dialog.ts';
import { agreedTerms, type SessionTerms, sessionDelay_ms } from '../dialog/session-terms.ts';
import type { ClientTransaction, ClientUser } from '../transaction/client-transaction.ts';
import { acknowledgeOwn, repeatAck } from './await-ack.ts';
import type { Core } from './core.ts';
import { endDialog } from './end-dialog.ts';
import { sendInDialog } from './send-in-dialog.ts';
import { whenDone } from './when-done.ts';

/** RFC 3261 §14.1: after 491, and when an INVITE is going on, a while and then again; milliseconds. */
const TRY_AGAIN_MS = 2_500;

/** Starts or renews the session timer of a dialog (RFC 4028 §10); no terms end it. */
export function armSession(core: Core, dialog: Dialog, terms: SessionTerms | undefined): void {
  dialog.session?.timer.cancel();
  dialog.session = undefined;
  if (terms === undefined || dialog.phase === 'terminated') return;
  const act = (): void => {
    if (terms.refresher === 'us') refresh(core, dialog, terms);
    else endDialog(core, dialog, 'session-expired');
  };
  dialog.session = { terms, timer: core.clock.after(sessionDelay_ms(terms), act) };
}

/** Our own re-INVITE with the session description that was sent last; applications do not hear of it. */
function refresh(core: Core, dialog: Dialog, terms: SessionTerms): void {
  if (dialog.phase === 'terminated') return;
  if (dialog.local_invite || dialog.remote_invite !== undefined) {
    tryAgain(core, dialog, terms);
    return;
  }
  const headers = Headers.of([
    ['Supported', 'timer'],
    ['Session-Expires', `${terms.interval_s};refresher=uac`],
  ]);
  const draft = sipRequest('INVITE', 'sip:placeholder', headers, dialog.local_sdp);
  const refresher = new Refresher(core, dialog, terms);
  dialog.local_invite = true;
  whenDone(sendInDialog(core, dialog, draft, refresher), (result) => {
    if (result.ok) refresher.sent(result.request.cseq, result.transaction);
    else refresher.transportFailed();
  });
}

function tryAgain(core: Core, dialog: Dialog, terms: SessionTerms): void {
  dialog.session = { terms, timer: core.clock.after(TRY_AGAIN_MS, () => refresh(core, dialog, terms)) };
}

class Refresher implements ClientUser {
  #cseq = 0;
  #transaction: ClientTransaction | undefined;
  #deadline: Timer | undefined;
  readonly #core: Core;
  readonly #dialog: Dialog;
  readonly #terms: SessionTerms;
  #answered = false;

  constructor(core: Core, dialog: Dialog, terms: SessionTerms) {
    this.#core = core;
    this.#dialog = dialog;
    this.#terms = terms;
  }

  sent(cseq: number, transaction: ClientTransaction | undefined): void {
    this.#cseq = cseq;
    this.#transaction = transaction;
  }

  moved(transaction: ClientTransaction): void {
    this.#transaction = transaction;
  }

  response(response: SipResponse): void {
    const { status, headers } = response;
    if (status < 200) {
      // A provisional response has stopped timer B: a peer that dies after its 100 must not keep the call up for ever.
      this.#deadline ??= this.#core.clock.after(64 * this.#core.timers.t1_ms, () => {
        this.#transaction?.abandon();
        this.#failed();
      });
      return;
    }
    this.#deadline?.cancel();
    if (this.#answered) {
      repeatAck(this.#dialog, this.#cseq);
      return;
    }
    this.#answered = true;
    this.#dialog.local_invite = false;
    if (status < 300) {
      const target = contactUri(headers.get('contact'));
      if (target !== undefined) this.#dialog.remote_target = target;
      acknowledgeOwn(this.#core, this.#dialog, this.#cseq);
      armSession(this.#core, this.#dialog, agreedTerms(headers) ?? this.#terms);
    } else if (status === 491) tryAgain(this.#core, this.#dialog, this.#terms);
    else endDialog(this.#core, this.#dialog, 'session-expired');
  }

  timedOut(): void {
    this.#failed();
  }

  transportFailed(): void {
    this.#failed();
  }

  #failed(): void {
    this.#deadline?.cancel();
    this.#dialog.local_invite = false;
    endDialog(this.#core, this.#dialog, 'session-expired');
  }
}

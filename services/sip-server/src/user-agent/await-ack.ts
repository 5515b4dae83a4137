import { Headers } from '@trunkline/sip/headers';
import { sipRequest } from '@trunkline/sip/message';
import type { Dialog } from '../dialog/dialog.ts';
import type { ClientUser } from '../transaction/client-transaction.ts';
import type { Core } from './core.ts';
import { endDialog } from './end-dialog.ts';
import { sendInDialog } from './send-in-dialog.ts';
import { whenDone } from './when-done.ts';

const NOBODY: ClientUser = { response: () => {}, timedOut: () => {}, transportFailed: () => {} };

/**
 * A 2xx to an INVITE of ours has come: the application has to send the ACK within its deadline, or the server does and ends
 * the call. `toEnd`: the 2xx crossed our CANCEL, so that the call is ended in any case, after the ACK.
 */
export function awaitAck(core: Core, dialog: Dialog, cseq: number, toEnd: boolean): void {
  // §13.2.2.4: a 2xx has to be acknowledged, also when whoever called is gone.
  const wait_ms = dialog.app.open ? core.deadlines.application_ack : 0;
  const cause = dialog.app.open ? 'application-ack' : 'application-gone';
  const deadline = core.clock.after(wait_ms, () => {
    sendOwnAck(core, dialog, () => endDialog(core, dialog, toEnd ? 'cancel-race' : cause));
  });
  dialog.unacknowledged = { cseq, ack: undefined, deadline, to_end: toEnd };
}

/** The application's ACK was sent. */
export function acknowledged(core: Core, dialog: Dialog, bytes: Buffer, flow: Dialog['met']): void {
  const pending = dialog.unacknowledged;
  if (pending === undefined) return;
  pending.deadline.cancel();
  pending.ack = { bytes, flow };
  if (pending.to_end) endDialog(core, dialog, 'cancel-race');
}

/** RFC 3261 §13.2.2.4: the ACK is sent again for every retransmission of the 2xx. */
export function repeatAck(dialog: Dialog, cseq: number): void {
  const { unacknowledged } = dialog;
  if (unacknowledged?.cseq !== cseq) return;
  unacknowledged.ack?.flow.send(unacknowledged.ack.bytes, () => {});
}

/** Sends the ACK of a 2xx in the application's stead. */
export function acknowledgeOwn(core: Core, dialog: Dialog, cseq: number, then: () => void = () => {}): void {
  dialog.unacknowledged?.deadline.cancel();
  dialog.unacknowledged = { cseq, ack: undefined, deadline: { cancel: () => {} }, to_end: false };
  sendOwnAck(core, dialog, then);
}

/** Acknowledges the 2xx of a fork that came too late, and ends it; no application ever hears of that dialog. */
export function acknowledgeFork(core: Core, dialog: Dialog, cseq: number): void {
  dialog.phase = 'confirmed';
  acknowledgeOwn(core, dialog, cseq, () => endDialog(core, dialog, 'fork'));
}

function sendOwnAck(core: Core, dialog: Dialog, then: () => void): void {
  const draft = sipRequest('ACK', 'sip:placeholder', new Headers());
  whenDone(sendInDialog(core, dialog, draft, NOBODY), (result) => {
    if (result.ok && dialog.unacknowledged !== undefined) {
      dialog.unacknowledged.ack = { bytes: result.request.bytes, flow: result.flow };
    }
    then();
  });
}

import { composeOwnResponse } from '../compose/compose-response.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { sessionTooShort } from '../dialog/session-terms.ts';
import type { Arrival } from '../transaction/arrival.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { cdrBye } from './cdr.ts';
import { type Core, newId } from './core.ts';
import { deliverRequest } from './deliver.ts';
import { endDialog } from './end-dialog.ts';
import { InboundInvite } from './inbound-invite.ts';
import { InboundRequest } from './inbound-request.ts';
import { MIN_SE, RETRY_AFTER, refuse, sendTrying } from './receive-request.ts';

/** What is to become of a request inside a dialog. */
export type InDialogVerdict =
  | { readonly kind: 'deliver' }
  | { readonly kind: 'refuse'; readonly status: number; readonly why: string; readonly retry: boolean }
  /** 200, and the dialog is over, with nobody left to be told but the other leg, where it is known. */
  | { readonly kind: 'end' };

const refused = (status: number, why: string, retry = false): InDialogVerdict => ({
  kind: 'refuse',
  status,
  why,
  retry,
});
const DELIVER: InDialogVerdict = { kind: 'deliver' };

/** RFC 3261 §12.2.2, §14.2, §15.1.2, RFC 3262 §3: decides on a request from what the dialog is in the middle of. */
export function judgeInDialog(
  request: { readonly method: string; readonly cseq: number; readonly acknowledges: boolean },
  dialog: {
    readonly remote_cseq: number;
    readonly inviting: 'us' | 'peer' | 'nobody';
    readonly app_open: boolean;
    /** Another connection of the application may still take the dialog over. */
    readonly successor?: boolean;
    /** The server knows the other leg of the call, and can end it. */
    readonly coupled?: boolean;
  },
): InDialogVerdict {
  const { method } = request;
  // §12.2.2: a number below the last one is out of order.
  if (request.cseq < dialog.remote_cseq) return refused(500, 'CSeq out of order');
  // A BYE waits for the successor, so that the other side of the call hears of it, unless we can tell it ourselves.
  if (!dialog.app_open && method === 'BYE' && dialog.successor === true && dialog.coupled !== true) return DELIVER;
  if (!dialog.app_open) return method === 'BYE' ? { kind: 'end' } : refused(503, 'application gone', true);
  if (method === 'PRACK' && !request.acknowledges) return refused(481, 'PRACK for nothing');
  if (method !== 'INVITE') return DELIVER;
  // §14.2: one INVITE at a time; 500 while theirs is not finished, 491 while ours is not.
  if (dialog.inviting === 'peer') return refused(500, 'INVITE inside INVITE', true);
  if (dialog.inviting === 'us') return refused(491, 'INVITEs crossed');
  return DELIVER;
}

export function receiveInDialog(core: Core, arrival: Arrival, transaction: ServerTransaction, dialog: Dialog): void {
  const { request, cseq } = arrival;
  const { method } = request;
  const invite = dialog.remote_invite;
  const acknowledges = method === 'PRACK' && invite?.pracked(arrival) === true;
  const verdict = judgeInDialog(
    { method, cseq, acknowledges },
    {
      remote_cseq: dialog.remote_cseq,
      inviting: invite !== undefined ? 'peer' : dialog.local_invite ? 'us' : 'nobody',
      app_open: dialog.app.open,
      successor: dialog.app.tags.length > 0,
      coupled: !dialog.app.open && core.dialogs.otherLeg(dialog) !== undefined,
    },
  );
  if (verdict.kind === 'refuse') {
    refuse(core, transaction, verdict.status, verdict.why, verdict.retry ? RETRY_AFTER : '');
    return;
  }
  dialog.remote_cseq = cseq;
  if ((method === 'INVITE' || method === 'UPDATE') && sessionTooShort(request.headers)) {
    refuse(core, transaction, 422, 'session interval too short', MIN_SE);
    return;
  }
  if (method === 'BYE' && dialog.phase === 'confirmed') cdrBye(core, 'network', request);
  if (verdict.kind === 'end') {
    endOrphan(core, arrival, transaction, dialog);
    return;
  }
  deliver(core, arrival, transaction, dialog);
}

/** A BYE while nobody owns the call: answered, and carried to the other leg where the application has named it. */
function endOrphan(core: Core, arrival: Arrival, transaction: ServerTransaction, dialog: Dialog): void {
  const other = core.dialogs.otherLeg(dialog);
  transaction.respond(200, composeOwnResponse(arrival, 200, dialog.local_tag));
  core.dialogs.remove(dialog);
  if (other !== undefined) endDialog(core, other, 'other-leg');
}

function deliver(core: Core, arrival: Arrival, transaction: ServerTransaction, dialog: Dialog): void {
  const { method } = arrival.request;
  const early = dialog.phase === 'early' && dialog.role === 'uas';
  if (method === 'BYE') {
    dialog.remote_invite?.endedByPeer();
    core.dialogs.remove(dialog);
    if (early) {
      // §15.1.2: the application heard a CANCEL; there is no call for it to end.
      transaction.respond(200, composeOwnResponse(arrival, 200, dialog.local_tag));
      return;
    }
  }
  const id = newId(core);
  if (method === 'INVITE') {
    sendTrying(transaction);
    new InboundInvite(core, id, dialog.app, transaction, dialog);
  } else new InboundRequest(core, id, dialog.app, transaction, dialog);
  deliverRequest(core, dialog.app, arrival, { transaction: id, dialog: dialog.id });
}

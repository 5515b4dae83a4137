import { Headers } from '@trunkline/sip/headers';
import { sipRequest } from '@trunkline/sip/message';
import { sipFrame } from '../control/frames.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { ClientUser } from '../transaction/client-transaction.ts';
import { cdrOwnBye } from './cdr.ts';
import { type Core, newId } from './core.ts';
import { metaOf } from './deliver.ts';
import { type OwnByeCause, ownByeReasons } from './own-bye.ts';
import { sendInDialog } from './send-in-dialog.ts';
import { whenDone } from './when-done.ts';

const NOBODY: ClientUser = { response: () => {}, timedOut: () => {}, transportFailed: () => {} };

/** Ends a call of the server's own accord: BYE to the peer, and the same to the application as `unsolicited`. */
export function endDialog(core: Core, dialog: Dialog, cause: OwnByeCause): void {
  if (dialog.phase === 'terminated') return;
  core.dialogs.remove(dialog);
  if (dialog.usage === 'subscribe') {
    endSubscription(core, dialog);
    return;
  }
  core.events.ownBye(cause);
  const reason = ownByeReasons[cause];
  const headers = Headers.of([['Reason', `SIP;cause=${reason.cause};text="${reason.text}"`]]);
  const draft = sipRequest('BYE', 'sip:placeholder', headers);
  whenDone(sendInDialog(core, dialog, draft, NOBODY), (result) => {
    if (!result.ok) core.logger.info('A BYE of the server could not be sent', { cause, reason: result.reason });
    else cdrOwnBye(core, cause, result.request.bytes);
    if (result.ok && dialog.app.open && cause !== 'fork') {
      const { bytes } = result.request;
      const meta = metaOf(core, 'application', bytes.length, result.flow, result.flow.local);
      dialog.app.send(sipFrame(newId(core), meta, 'unsolicited', dialog.id), bytes);
    }
  });
}

/**
 * RFC 6665 §4.2.2: whoever notifies says that it is over. Whoever subscribed need not say anything: the next NOTIFY is
 * answered with 481, and that ends it.
 */
function endSubscription(core: Core, dialog: Dialog): void {
  if (dialog.role !== 'uas') return;
  const headers = Headers.of([
    ['Event', dialog.event],
    ['Subscription-State', 'terminated;reason=deactivated'],
  ]);
  whenDone(sendInDialog(core, dialog, sipRequest('NOTIFY', 'sip:placeholder', headers), NOBODY), (result) => {
    if (!result.ok) core.logger.info('A NOTIFY of the server could not be sent', { reason: result.reason });
  });
}

import type { Cause } from '@trunkline/contracts/causes';
import { reasonHeader } from '@trunkline/contracts/causes';
import type { Modified, SessionOffer } from '../call/legs.ts';
import type { SrfDialog, SrfRequest, SrfResponse } from './srf-types.ts';

/** BYEs that the SIP server makes by itself say why in the Reason header's text; drachtio-srf passes it on. */
export function byeCause(reason: string, hungUp: 'caller-hung-up' | 'callee-hung-up'): Cause {
  if (reason === 'ACK timeout') return 'ack-missing';
  if (reason === 'Session timer expired') return 'session-expired';
  return hungUp;
}

/** Until the BYE is on its way drachtio-srf calls the dialog connected, and would send a second one. */
const ending = new WeakSet<SrfDialog>();

export function endDialog(dialog: SrfDialog, cause: Cause): void {
  if (!dialog.connected || ending.has(dialog)) return;
  ending.add(dialog);
  // A dialog that the far end or the SIP server has ended meanwhile needs no BYE: the error says only that.
  dialog.destroy({ headers: { Reason: reasonHeader(cause) } }, () => {});
}

/** Without a body the far end asks for our offer: it hears the session as it stands (RFC 3261 §14.2). */
export function onReinvite(dialog: SrfDialog, report: (offer: SessionOffer) => void): void {
  dialog.on('modify', (request, response) => {
    if (request.body === undefined || request.body === '') return acceptReinvite(dialog, response, dialog.local.sdp);
    report(sessionOffer(dialog, request, response));
  });
}

function sessionOffer(dialog: SrfDialog, request: SrfRequest, response: SrfResponse): SessionOffer {
  return {
    sdp: request.body ?? '',
    accept: (sdp) => acceptReinvite(dialog, response, sdp),
    refuse: (status) => response.send(status, status === 491 ? 'Request Pending' : 'Not Acceptable Here', {}),
  };
}

function acceptReinvite(dialog: SrfDialog, response: SrfResponse, sdp: string): void {
  dialog.local.sdp = sdp;
  response.send(200, 'OK', {
    body: sdp,
    headers: { Contact: dialog.local.contact, 'Content-Type': 'application/sdp' },
  });
}

/** `dialog.modify` waits for ever once a re-INVITE was refused, so the request is sent directly. */
export function sendReinvite(dialog: SrfDialog, sdp: string): Promise<Modified> {
  return new Promise((resolve) => {
    const headers = { Contact: dialog.local.contact, 'Content-Type': 'application/sdp' };
    dialog.request({ method: 'INVITE', headers, body: sdp }, (error, response) => {
      if (error !== null && error !== undefined) return resolve({ ok: false, status: 408 });
      if (response === undefined || response.status < 200) return;
      if (response.status !== 200) return resolve({ ok: false, status: refusalStatus(response.status) });
      dialog.local.sdp = sdp;
      dialog.remote.sdp = response.body ?? '';
      resolve({ ok: true, sdp: dialog.remote.sdp });
    });
  });
}

/** What speaks of our leg only (authentication, routing, a lost dialog) is not the other leg's business. */
function refusalStatus(status: number): number {
  return status === 491 || status === 606 ? status : 488;
}

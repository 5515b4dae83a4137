import type { Cause } from '@trunkline/contracts/causes';
import { reasonHeader } from '@trunkline/contracts/causes';
import type { Modified, SessionOffer } from '../call/legs.ts';
import type { LegDigest } from './leg-digest.ts';
import type { SrfDialog, SrfRequest, SrfResponse } from './srf-types.ts';

/** BYEs that the SIP server makes by itself say why in the Reason header's text; drachtio-srf passes it on. */
export function byeCause(reason: string, hungUp: 'caller-hung-up' | 'callee-hung-up'): Cause {
  if (reason === 'ACK timeout') return 'ack-missing';
  if (reason === 'Session timer expired') return 'session-expired';
  return hungUp;
}

/** Until the BYE is on its way drachtio-srf calls the dialog connected, and would send a second one. */
const ending = new WeakSet<SrfDialog>();

/** `digest` answers where the far end challenges the BYE, whereupon it is sent once more (RFC 3261 §22.2). */
export function endDialog(dialog: SrfDialog, cause: Cause, digest: LegDigest | null = null): void {
  if (!dialog.connected || ending.has(dialog)) return;
  ending.add(dialog);
  const reason = { Reason: reasonHeader(cause) };
  // A dialog that the far end or the SIP server has ended meanwhile needs no BYE: the error says only that.
  if (digest === null) return dialog.destroy({ headers: reason }, () => {});
  const { uri } = dialog.remote;
  const send = (authorization: Record<string, string>): void =>
    dialog.request({ method: 'BYE', headers: { ...reason, ...authorization } }, (_error, response) => {
      const again = response === undefined ? undefined : digest.answer(response, 'BYE', uri);
      if (again !== undefined) send(again);
    });
  send(digest.headers('BYE', uri));
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
export function sendReinvite(dialog: SrfDialog, sdp: string, digest: LegDigest | null = null): Promise<Modified> {
  const { uri } = dialog.remote;
  return new Promise((resolve) => {
    const send = (authorization: Record<string, string>): void => {
      const headers = { Contact: dialog.local.contact, 'Content-Type': 'application/sdp', ...authorization };
      dialog.request({ method: 'INVITE', headers, body: sdp }, (error, response) => {
        if (error !== null && error !== undefined) return resolve({ ok: false, status: 408 });
        if (response === undefined || response.status < 200) return;
        const again = digest?.answer(response, 'INVITE', uri);
        if (again !== undefined) return send(again);
        if (response.status !== 200) return resolve({ ok: false, status: refusalStatus(response.status) });
        dialog.local.sdp = sdp;
        dialog.remote.sdp = response.body ?? '';
        resolve({ ok: true, sdp: dialog.remote.sdp });
      });
    };
    send(digest?.headers('INVITE', uri) ?? {});
  });
}

/** What speaks of our leg only (authentication, routing, a lost dialog) is not the other leg's business. */
function refusalStatus(status: number): number {
  return status === 491 || status === 606 ? status : 488;
}

import type { Cause } from '@trunkline/contracts/causes';
import { reasonHeader } from '@trunkline/contracts/causes';
import type { Modified, Offered, OfferWanted, SessionOffer } from '../call/legs.ts';
import type { LegDigest } from './leg-digest.ts';
import type { Acknowledge, SrfDialog, SrfRequest, SrfResponse } from './srf-types.ts';

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

export function onReinvite(dialog: SrfDialog, report: (offer: SessionOffer | OfferWanted) => void): void {
  dialog.on('modify', (request, response) => {
    const isEmpty = request.body === undefined || request.body === '';
    report(isEmpty ? offerWanted(dialog, request, response) : sessionOffer(dialog, request, response));
  });
}

function offerWanted(dialog: SrfDialog, request: SrfRequest, response: SrfResponse): OfferWanted {
  return {
    sdp: null,
    offer: (sdp) => {
      const answered = answerInAck(dialog, request);
      acceptReinvite(dialog, response, sdp);
      return answered;
    },
    refuse: (status) => refuseReinvite(response, status),
  };
}

/** The ACK has the number of its INVITE (RFC 3261 §13.2.2.4): one of an INVITE before may come late. */
function answerInAck(dialog: SrfDialog, reinvite: SrfRequest): Promise<string | null> {
  const number = (message: SrfRequest): number => Number.parseInt(message.get('CSeq') ?? '', 10);
  return new Promise((resolve) => {
    const conclude = (answer: string | null): void => {
      dialog.removeListener('ack', onAck);
      dialog.removeListener('destroy', onEnd);
      resolve(answer);
    };
    const onEnd = (): void => conclude(null);
    const onAck = (ack: SrfRequest): void => {
      if (number(ack) === number(reinvite)) conclude(ack.body === undefined || ack.body === '' ? null : ack.body);
    };
    dialog.on('ack', onAck);
    dialog.on('destroy', onEnd);
  });
}

function sessionOffer(dialog: SrfDialog, request: SrfRequest, response: SrfResponse): SessionOffer {
  return {
    sdp: request.body ?? '',
    accept: (sdp) => acceptReinvite(dialog, response, sdp),
    refuse: (status) => refuseReinvite(response, status),
  };
}

function refuseReinvite(response: SrfResponse, status: number): void {
  response.send(status, status === 491 ? 'Request Pending' : 'Not Acceptable Here', {});
}

function acceptReinvite(dialog: SrfDialog, response: SrfResponse, sdp: string): void {
  dialog.local.sdp = sdp;
  response.send(200, 'OK', {
    body: sdp,
    headers: { Contact: dialog.local.contact, 'Content-Type': 'application/sdp' },
  });
}

export async function sendReinvite(dialog: SrfDialog, sdp: string, digest: LegDigest | null = null): Promise<Modified> {
  const { response } = await reinvite(dialog, sdp, digest);
  if (response?.status !== 200) return { ok: false, status: refusalStatus(response) };
  dialog.local.sdp = sdp;
  dialog.remote.sdp = response.body ?? '';
  return { ok: true, sdp: dialog.remote.sdp };
}

/** A re-INVITE without a description: what the far end offers in its 200 is answered in our ACK. */
export async function askForOffer(dialog: SrfDialog, digest: LegDigest | null = null): Promise<Offered> {
  const { response, acknowledge } = await reinvite(dialog, null, digest);
  if (response?.status !== 200) return { ok: false, status: refusalStatus(response) };
  const sdp = response.body ?? '';
  const answer = (ours: string | null): void => {
    dialog.local.sdp = ours ?? dialog.local.sdp;
    send(acknowledge, dialog.local.sdp);
  };
  if (sdp !== '') {
    dialog.remote.sdp = sdp;
    return { ok: true, sdp, answer };
  }
  answer(null);
  return { ok: false, status: 488 };
}

interface Reinvited {
  /** Null when there is none. */
  readonly response: SrfResponse | null;
  /** Of a 200 to a re-INVITE without a description. */
  readonly acknowledge?: Acknowledge | undefined;
}

/**
 * A re-INVITE and its final response; a challenge is answered. `dialog.modify` waits for ever once a re-INVITE was refused, so the
 * request is sent directly.
 */
function reinvite(dialog: SrfDialog, body: string | null, digest: LegDigest | null): Promise<Reinvited> {
  const { uri } = dialog.remote;
  const content = body === null ? {} : { 'Content-Type': 'application/sdp' };
  return new Promise((resolve) => {
    const sendWith = (authorization: Record<string, string>): void => {
      const headers = { Contact: dialog.local.contact, ...content, ...authorization };
      const description = body === null ? ({ noAck: true } as const) : { body };
      dialog.request({ method: 'INVITE', headers, ...description }, (error, response, acknowledge) => {
        if (error !== null && error !== undefined) return resolve({ response: null });
        if (response === undefined || response.status < 200) return;
        const again = digest?.answer(response, 'INVITE', uri);
        if (again !== undefined) return sendWith(again);
        resolve({ response, acknowledge });
      });
    };
    sendWith(digest?.headers('INVITE', uri) ?? {});
  });
}

/** drachtio-srf throws when the connection to the SIP server is gone, and the dialog with it. */
function send(acknowledge: Acknowledge | undefined, body: string): void {
  try {
    acknowledge?.({ body, headers: { 'Content-Type': 'application/sdp' } });
  } catch {
    // There is nobody left to tell.
  }
}

/** What speaks of our leg only (authentication, routing, a lost dialog) is not the other leg's business. */
function refusalStatus(response: SrfResponse | null): number {
  if (response === null) return 408;
  return response.status === 491 || response.status === 606 ? response.status : 488;
}

import type { Cause } from '@trunkline/contracts/causes';
import { causeTable, reasonHeader } from '@trunkline/contracts/causes';
import type { LegA, LegAReport, LegB, Modified, Offered } from '../call/legs.ts';
import { couple } from './couple.ts';
import { askForOffer, byeCause, endDialog, onReinvite, sendReinvite } from './dialog-events.ts';
import type { SipLink } from './sip-link.ts';
import type { SrfDialog, SrfRequest, SrfResponse } from './srf-types.ts';

/** The caller's INVITE as a leg. `report` is called from now on. */
export class DrachtioLegA implements LegA {
  readonly #link: SipLink;
  readonly #request: SrfRequest;
  readonly #response: SrfResponse;
  readonly #report: (report: LegAReport) => void;
  #dialog: SrfDialog | null = null;
  #answering = false;

  constructor(link: SipLink, request: SrfRequest, response: SrfResponse, report: (report: LegAReport) => void) {
    this.#link = link;
    this.#request = request;
    this.#response = response;
    this.#report = report;
    request.on('cancel', () => report({ type: 'a-cancelled' }));
  }

  provisional(status: number, reason: string, sdp: string | null): void {
    if (this.#answering || this.#response.finalResponseSent) return;
    const options = sdp === null ? {} : { body: sdp, headers: { 'Content-Type': 'application/sdp' } };
    this.#response.send(status, reason, options);
  }

  answer(sdp: string, other: LegB): void {
    this.#answering = true;
    const options = { localSdp: sdp, headers: { 'Content-Type': 'application/sdp' } };
    this.#link.srf.createUAS(this.#request, this.#response, options, (error, dialog) => {
      if (dialog === undefined || (error !== null && error !== undefined)) {
        return this.#report({ type: 'a-lost', cause: 'caller-cancelled', said: null });
      }
      this.#dialog = dialog;
      this.#link.opened(dialog);
      dialog.on('ack', (ack) => this.#report({ type: 'a-acked', sdp: ack.body === '' ? null : (ack.body ?? null) }));
      dialog.on('destroy', (_bye, reason) =>
        this.#report({ type: 'a-bye', cause: byeCause(reason, 'caller-hung-up') }),
      );
      onReinvite(dialog, (offer) => this.#report({ type: 'a-reinvited', offer }));
      couple(dialog, other);
    });
  }

  reject(status: number, cause: Cause): void {
    refuse(this.#response, status, cause);
  }

  /** RFC 3261 §15: nothing can be said before its ACK. */
  withdraw(): void {}

  bye(cause: Cause): void {
    if (this.#dialog === null) return;
    this.#link.ended(this.#dialog);
    endDialog(this.#dialog, cause);
  }

  modify(sdp: string): Promise<Modified> {
    return this.#dialog === null ? Promise.resolve({ ok: false, status: 488 }) : sendReinvite(this.#dialog, sdp);
  }

  askForOffer(): Promise<Offered> {
    return this.#dialog === null ? Promise.resolve({ ok: false, status: 488 }) : askForOffer(this.#dialog);
  }
}

/** A final response that says why (RFC 3326), with Retry-After where trying again makes sense (RFC 3261 §20.33). */
export function refuse(
  response: SrfResponse,
  status: number,
  cause: Cause,
  headers: Record<string, string> = {},
): void {
  if (response.finalResponseSent) return;
  const { retry_after_s } = causeTable[cause];
  const retry = retry_after_s !== undefined && status === 503 ? { 'Retry-After': String(retry_after_s) } : {};
  response.send(
    status,
    reasonPhrase(status),
    { headers: { ...headers, ...retry, Reason: reasonHeader(cause) } },
    () => {},
  );
}

/** RFC 3261 §21; the empty phrase lets the stack choose. */
function reasonPhrase(status: number): string {
  return status === 484 ? 'Address Incomplete' : '';
}

import type { Cause } from '@trunkline/contracts/causes';
import type { InviteSpec, LegB, LegBReport, Modified, Offered } from '../call/legs.ts';
import { challengerOf } from './challenger-of.ts';
import { couple, dialogOf, rememberDialog } from './couple.ts';
import { askForOffer, byeCause, endDialog, onReinvite, sendReinvite } from './dialog-events.ts';
import { LegDigest } from './leg-digest.ts';
import { readTried } from './read-tried.ts';
import type { SipLink } from './sip-link.ts';
import type { SrfDialog, SrfRequest, SrfResponse } from './srf-types.ts';

/** One INVITE that we send. It is the owner of what becomes of it: cancelled or abandoned, nothing is left behind. */
export class DrachtioLegB implements LegB {
  readonly #link: SipLink;
  readonly #report: (report: LegBReport) => void;
  readonly #spec: InviteSpec;
  /** Null where nobody knows us by a password. */
  readonly #digest: LegDigest | null;
  #hasSpoken = false;
  #request: SrfRequest | null = null;
  #dialog: SrfDialog | null = null;
  #cancelled = false;
  #abandoned = false;

  constructor(link: SipLink, spec: InviteSpec, report: (report: LegBReport) => void, cnonce: () => string) {
    this.#link = link;
    this.#report = report;
    this.#spec = spec;
    this.#digest = spec.credentials === null ? null : new LegDigest(spec.credentials, cnonce);
    this.#send(this.#digest?.headers('INVITE', spec.uri) ?? {}, spec.next_hop);
  }

  #send(headers: Readonly<Record<string, string>>, next_hop: string | undefined): void {
    const spec = this.#spec;
    const other = spec.joined === undefined ? spec.other_leg : dialogOf(spec.joined)?.id;
    this.#link.srf.createUAC(
      spec.uri,
      {
        headers: {
          ...this.#link.understood(spec.headers),
          ...routeOf(spec),
          ...this.#link.otherLeg(other),
          From: `<${spec.from}>`,
          To: `<${spec.to}>`,
          ...headers,
        },
        localSdp: spec.sdp,
        ...(next_hop === undefined ? {} : { proxy: next_hop }),
      },
      {
        cbRequest: (error, request) => this.#sent(error, request),
        cbProvisional: (response) => {
          this.#hasSpoken = true;
          if (this.#abandoned) return;
          this.#tellTried(response);
          const sdp = response.body === undefined || response.body === '' ? null : response.body;
          this.#report({ type: 'b-provisional', status: response.status, reason: response.reason, sdp });
        },
      },
      (error, dialog) => this.#done(error, dialog),
    );
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#sendCancel();
  }

  abandon(): void {
    if (!this.#hasSpoken && !this.#abandoned) this.#spec.onSilent?.();
    this.#abandoned = true;
    this.cancel();
  }

  bye(cause: Cause): void {
    if (this.#dialog === null) return;
    this.#link.ended(this.#dialog);
    endDialog(this.#dialog, cause, this.#digest);
  }

  modify(sdp: string): Promise<Modified> {
    return this.#dialog === null
      ? Promise.resolve({ ok: false, status: 488 })
      : sendReinvite(this.#dialog, sdp, this.#digest);
  }

  askForOffer(): Promise<Offered> {
    return this.#dialog === null
      ? Promise.resolve({ ok: false, status: 488 })
      : askForOffer(this.#dialog, this.#digest);
  }

  #sent(error: unknown, request: SrfRequest | undefined): void {
    if (request === undefined || (error !== null && error !== undefined)) return;
    this.#request = request;
    this.#report({ type: 'b-sent', sip_call_id: request.get('Call-ID') ?? '' });
    if (this.#cancelled) this.#sendCancel();
  }

  #sendCancel(): void {
    // The SIP server holds it back until a provisional response is there (RFC 3261 §9.1).
    this.#request?.cancel({}, () => {});
  }

  #done(error: unknown, dialog: SrfDialog | undefined): void {
    this.#hasSpoken = true;
    if (dialog !== undefined && (error === null || error === undefined)) return this.#answered(dialog);
    if (this.#abandoned) return;
    const { status, message } = error as { readonly status?: number; readonly message?: string };
    const { res } = error as { readonly res?: SrfResponse };
    if (res !== undefined) this.#tellTried(res);
    if (this.#sendsAgain(res)) return;
    const untrusted = refusedCertificate(error) ? { untrusted: true } : {};
    this.#report({ type: 'b-final', status: status ?? null, reason: reasonOf(error, status, message), ...untrusted });
  }

  #tellTried(response: SrfResponse): void {
    const tried = readTried(response);
    if (tried !== undefined) this.#report(tried);
  }

  /** RFC 3261 §22.2: a challenged INVITE goes out once more, in the same call and with the next sequence number. */
  #sendsAgain(res: SrfResponse | undefined): boolean {
    if (res === undefined || this.#cancelled) return false;
    const authorization = this.#digest?.answer(res, 'INVITE', this.#spec.uri);
    const request = this.#request;
    if (authorization === undefined || request === null) return false;
    const [sequence] = /^\d+/.exec(request.get('CSeq') ?? '') ?? ['0'];
    const headers = {
      ...authorization,
      'Call-ID': request.get('Call-ID') ?? '',
      CSeq: `${Number(sequence) + 1} INVITE`,
      From: request.get('From') ?? `<${this.#spec.from}>`,
    };
    this.#send(headers, this.#spec.next_hop ?? challengerOf(res, this.#spec.uri));
    return true;
  }

  #answered(dialog: SrfDialog): void {
    if (this.#abandoned) return endDialog(dialog, 'caller-cancelled', this.#digest);
    this.#dialog = dialog;
    this.#link.opened(dialog);
    if (dialog.res !== undefined) this.#tellTried(dialog.res);
    rememberDialog(this, dialog);
    dialog.on('destroy', (_bye, reason) => this.#report({ type: 'b-bye', cause: byeCause(reason, 'callee-hung-up') }));
    onReinvite(dialog, (offer) => this.#report({ type: 'b-reinvited', offer }));
    if (this.#spec.joined !== undefined) couple(dialog, this.#spec.joined);
    this.#report({ type: 'b-answered', sdp: dialog.remote.sdp ?? '' });
  }
}

/** RFC 3261 §20.34: several values of one field. */
function routeOf({ route = [] }: InviteSpec): Record<string, string> {
  return route.length === 0 ? {} : { Route: route.join(', ') };
}

/** Our SIP server makes a 503 of a connection that could not be had, and tells why in its Warning (RFC 3261 §20.43). */
function refusedCertificate(error: unknown): boolean {
  const { res } = error as { readonly res?: SrfResponse };
  return res?.get('Warning')?.startsWith('399 trunkline "certificate:') ?? false;
}

function reasonOf(error: unknown, status: number | undefined, message: string | undefined): string {
  const { reason } = error as { readonly reason?: string };
  return reason ?? message ?? (status === undefined ? 'The INVITE could not be sent' : '');
}

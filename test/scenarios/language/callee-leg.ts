import type { Cause } from '@trunkline/contracts/causes';
import type { InviteSpec, LegB, LegBReport, OfferWanted, SessionOffer } from '@trunkline/edge/call/legs';
import type { Timer } from '@trunkline/runtime/clock';
import type { CountedClock } from './counted-clock.ts';
import { DialogLeg, transactionTimeout_ms } from './dialog-leg.ts';
import type { ReceivedCall } from './received-call.ts';
import type { SipLink } from './sip-link.ts';

export interface Sent {
  readonly spec: InviteSpec;
  readonly sip_call_id: string;
  /** Name and password with which the INVITE was sent again. */
  readonly credentials: { readonly username: string; readonly password: string } | null;
}

export type Deliver = (sent: Sent, leg: CalleeLeg) => ReceivedCall | 'unreachable';

/** An INVITE that the edge sends through the SIP server. */
export class CalleeLeg extends DialogLeg implements LegB {
  readonly #sent: Sent;
  readonly #report: (report: LegBReport) => void;
  readonly #deliver: Deliver;
  #call: ReceivedCall | null = null;
  #open = true;
  #heardProvisional = false;
  #cancelWanted = false;
  #cancelSent = false;
  #abandoned = false;
  #authenticated = false;
  #timer: Timer | null = null;

  constructor(link: SipLink, timers: CountedClock, sent: Sent, report: (report: LegBReport) => void, deliver: Deliver) {
    super(link, timers);
    this.#sent = sent;
    this.#report = report;
    this.#deliver = deliver;
    link.toServer(() => this.#send(sent));
  }

  get isOpen(): boolean {
    return this.#open;
  }

  cancel(): void {
    this.#cancelWanted = true;
    this.link.toServer(() => this.#sendCancel());
  }

  abandon(): void {
    this.#abandoned = true;
    this.cancel();
  }

  remoteProvisional(status: number, reason: string, sdp: string | null): void {
    if (!this.#open) return;
    this.#heardProvisional = true;
    if (!this.#cancelSent) this.#timer?.cancel();
    this.#tell({ type: 'b-provisional', status, reason, sdp });
    if (this.#cancelWanted) this.#sendCancel();
  }

  remoteAnswers(sdp: string): void {
    if (!this.#open) return;
    this.#close();
    this.raise();
    this.#call?.hearAck();
    this.toEdge(() => {
      if (this.#abandoned) this.bye('caller-cancelled');
      else this.#report({ type: 'b-answered', sdp });
    });
    if (!this.#cancelSent) return;
    // The 200 crossed our CANCEL: the server ends what nobody wants any more.
    this.serverHangsUp('caller-cancelled');
    this.#tell({ type: 'b-bye', cause: 'callee-hung-up' });
  }

  remoteRefuses(status: number, reason: string): void {
    if (!this.#open) return;
    const credentials = this.#credentials();
    if (status === 401 && credentials !== null) {
      this.#authenticated = true;
      this.#heardProvisional = false;
      return this.#send({ ...this.#sent, credentials });
    }
    this.#fail(status, reason);
  }

  /** The edge's connection is gone: its INVITE fails there, and the server ends what was its. */
  serverLosesEdge(): void {
    if (this.#open) {
      this.#close();
      if (this.#heardProvisional) this.#call?.hearCancel();
      if (!this.#abandoned) this.#report({ type: 'b-final', status: null, reason: 'Connection lost' });
    }
    this.serverHangsUp('signalling-lost');
  }

  protected override remote(): ReceivedCall | null {
    return this.#call;
  }

  protected override reportBye(cause: Cause): void {
    this.#report({ type: 'b-bye', cause });
  }

  protected override reportReinvite(offer: SessionOffer | OfferWanted): void {
    this.#report({ type: 'b-reinvited', offer });
  }

  protected override hungUpCause(): Cause {
    return 'callee-hung-up';
  }

  #send(sent: Sent): void {
    const outcome = this.#deliver(sent, this);
    this.#tell({ type: 'b-sent', sip_call_id: sent.sip_call_id });
    if (outcome === 'unreachable') return this.#fail(503, 'Service Unavailable');
    this.#call = outcome;
    this.#timer?.cancel();
    // RFC 3261 §17.1.1.2, timer B.
    this.#timer = this.timers.after(transactionTimeout_ms, () => this.#fail(408, 'Request Timeout'));
    outcome.hearInvite();
  }

  /** RFC 3261 §9.1: not before a provisional response; without final response after it, the transaction is over. */
  #sendCancel(): void {
    if (!this.#open || this.#cancelSent || !this.#heardProvisional) return;
    this.#cancelSent = true;
    this.#timer?.cancel();
    this.#timer = this.timers.after(transactionTimeout_ms, () => this.#fail(408, 'Request Timeout'));
    this.#call?.hearCancel();
  }

  #credentials(): Sent['credentials'] {
    const credentials = this.#sent.spec.credentials;
    const password = credentials?.openPassword();
    if (credentials === null || password === undefined || this.#authenticated || this.#cancelWanted) return null;
    return { username: credentials.username, password };
  }

  #fail(status: number, reason: string): void {
    if (!this.#open) return;
    this.#close();
    this.#tell({ type: 'b-final', status, reason });
  }

  #close(): void {
    this.#open = false;
    this.#timer?.cancel();
  }

  #tell(report: LegBReport): void {
    this.toEdge(() => {
      if (!this.#abandoned) this.#report(report);
    });
  }
}

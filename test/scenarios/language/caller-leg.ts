import type { Cause } from '@trunkline/contracts/causes';
import type { IncomingInvite } from '@trunkline/edge/admission/incoming-invite';
import type { LegA, LegAReport, OfferWanted, SessionOffer } from '@trunkline/edge/call/legs';
import type { Timer } from '@trunkline/runtime/clock';
import type { CountedClock } from './counted-clock.ts';
import { DialogLeg, transactionTimeout_ms } from './dialog-leg.ts';
import type { PlacedCall } from './placed-call.ts';
import type { SipLink } from './sip-link.ts';

/** `final`: the server has sent a final response other than 200, its own 487 included. */
type State = 'open' | 'final' | 'answered' | 'acknowledged';

/** An INVITE from outside at the SIP server, and the leg that the edge makes of it. */
export class CallerLeg extends DialogLeg implements IncomingInvite, LegA {
  readonly invite: IncomingInvite['invite'];
  readonly sip_call_id: string;
  readonly offer: string | null;
  readonly extension_headers: Readonly<Record<string, string>>;
  readonly #call: PlacedCall;
  #state: State = 'open';
  /** The edge has told its final response; the server may not have it yet. */
  #edgeIsDone = false;
  #report: ((report: LegAReport) => void) | null = null;
  #ackTimer: Timer | null = null;

  constructor(
    link: SipLink,
    timers: CountedClock,
    call: PlacedCall,
    message: Pick<IncomingInvite, 'invite' | 'sip_call_id' | 'offer' | 'extension_headers'>,
  ) {
    super(link, timers);
    this.#call = call;
    this.invite = message.invite;
    this.sip_call_id = message.sip_call_id;
    this.offer = message.offer;
    this.extension_headers = message.extension_headers;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  challenge(www_authenticate: readonly string[]): void {
    this.#edgeIsDone = true;
    this.link.toServer(() => this.#finish(401, null, www_authenticate));
  }

  refuse(status: number, cause: Cause): void {
    if (this.#edgeIsDone) return;
    this.#edgeIsDone = true;
    this.link.toServer(() => this.#finish(status, cause));
  }

  accept(report: (report: LegAReport) => void): LegA {
    this.#report = report;
    return this;
  }

  provisional(status: number, _reason: string, sdp: string | null): void {
    if (this.#edgeIsDone) return;
    this.link.toServer(() => {
      if (this.#state === 'open') this.#call.hear(status, sdp);
    });
  }

  answer(sdp: string): void {
    this.#edgeIsDone = true;
    this.link.toServer(() => {
      if (this.#state !== 'open') return this.#tell({ type: 'a-lost', cause: 'caller-cancelled', said: null });
      this.#state = 'answered';
      this.raise();
      this.#call.hear(200, sdp);
      this.#ackTimer = this.timers.after(transactionTimeout_ms, () => this.#ackIsMissing());
    });
  }

  withdraw(): void {}

  reject(status: number, cause: Cause): void {
    this.refuse(status, cause);
  }

  /** RFC 3261 §9.2: the server answers 487 by itself; too late for that, nothing happens, or the server ends the dialog. */
  remoteCancels(hangsUpWhenLate: boolean): void {
    if (this.#state === 'open') {
      this.#finish(487, null);
      // A final response on its way has closed the matter for the edge.
      this.toEdge(() => {
        if (!this.#edgeIsDone) this.#report?.({ type: 'a-cancelled' });
      });
    } else if (this.#state === 'answered' && this.isUp && hangsUpWhenLate) {
      this.serverHangsUp('caller-hung-up');
      this.#tell({ type: 'a-bye', cause: 'caller-hung-up' });
    }
  }

  remoteAcknowledges(sdp: string | null = null): void {
    if (this.#state !== 'answered' || !this.isUp) return;
    this.#state = 'acknowledged';
    this.#ackTimer?.cancel();
    this.#tell({ type: 'a-acked', sdp });
  }

  /** The edge's connection is gone: the server ends what was its. */
  serverLosesEdge(): void {
    if (this.#state === 'open') this.#finish(500, null);
    this.serverHangsUp('signalling-lost');
  }

  protected override remote(): PlacedCall {
    return this.#call;
  }

  protected override reportBye(cause: Cause): void {
    this.#report?.({ type: 'a-bye', cause });
  }

  protected override reportReinvite(offer: SessionOffer | OfferWanted): void {
    this.#report?.({ type: 'a-reinvited', offer });
  }

  protected override hungUpCause(): Cause {
    return 'caller-hung-up';
  }

  protected override reinviteAcknowledged(): void {
    this.#tell({ type: 'a-acked', sdp: null });
  }

  protected override drop(): void {
    this.#ackTimer?.cancel();
    super.drop();
  }

  /** RFC 3261 §13.3.1.4. */
  #ackIsMissing(): void {
    this.serverHangsUp('ack-missing');
    this.#tell({ type: 'a-bye', cause: 'ack-missing' });
  }

  #finish(status: number, cause: Cause | null, www_authenticate: readonly string[] = []): void {
    if (this.#state !== 'open') return;
    this.#state = 'final';
    this.#call.hear(status, null, cause, www_authenticate);
  }

  #tell(report: LegAReport): void {
    this.toEdge(() => this.#report?.(report));
  }
}

import type { Cause } from '@trunkline/contracts/causes';
import type { Modified, Offered, OfferWanted, SessionOffer } from '@trunkline/edge/call/legs';
import type { Timer } from '@trunkline/runtime/clock';
import type { CountedClock } from './counted-clock.ts';
import type { RemoteCall } from './remote-call.ts';
import type { SipLink } from './sip-link.ts';

/** RFC 3261 §17: 64*T1. */
export const transactionTimeout_ms = 32_000;

/** The dialog that a leg may become, as the SIP server keeps it. */
export abstract class DialogLeg {
  protected readonly link: SipLink;
  protected readonly timers: CountedClock;
  readonly #life: number;
  #up = false;
  /** Re-INVITEs of the remote side that have no final response yet. */
  #unansweredReinvites = 0;
  /** Our offer in a 200 waits for its answer. */
  #awaitedAck: { readonly resolve: (sdp: string | null) => void; readonly timer: Timer } | null = null;

  constructor(link: SipLink, timers: CountedClock) {
    this.link = link;
    this.timers = timers;
    this.#life = link.life;
  }

  protected abstract remote(): RemoteCall | null;
  protected abstract reportBye(cause: Cause): void;
  protected abstract reportReinvite(offer: SessionOffer | OfferWanted): void;

  get isUp(): boolean {
    return this.#up;
  }

  get unansweredReinvites(): number {
    return this.#up ? this.#unansweredReinvites : 0;
  }

  /** The dialog belongs to a connection that is no more. */
  protected get isLost(): boolean {
    return this.#life !== this.link.life;
  }

  protected raise(): void {
    this.#up = true;
  }

  /** The dialog is over on the server's side. */
  protected drop(): void {
    this.#up = false;
    this.#awaitedAck?.timer.cancel();
  }

  protected toEdge(report: () => void): void {
    this.link.toEdge(() => {
      if (!this.isLost) report();
    });
  }

  bye(cause: Cause): void {
    this.link.toServer(() => this.serverHangsUp(cause));
  }

  /** A BYE that the edge asked for or that the server makes by itself. */
  protected serverHangsUp(cause: Cause): void {
    if (!this.#up) return;
    this.drop();
    this.remote()?.hearBye(cause);
  }

  remoteHangsUp(cause: Cause | null = null): void {
    if (!this.#up) return;
    this.drop();
    this.toEdge(() => this.reportBye(cause ?? this.hungUpCause()));
  }

  protected abstract hungUpCause(): Cause;

  modify(sdp: string): Promise<Modified> {
    return new Promise((resolve) => {
      this.link.toServer(() => {
        const remote = this.remote();
        if (!this.#up || remote === null) return this.toEdge(() => resolve({ ok: false, status: 488 }));
        const timer = this.timers.after(transactionTimeout_ms, () =>
          this.toEdge(() => resolve({ ok: false, status: 488 })),
        );
        remote.hearReinvite(sdp, (status, answer) => {
          timer.cancel();
          this.toEdge(() =>
            resolve(status === 200 ? { ok: true, sdp: answer } : { ok: false, status: passed(status) }),
          );
        });
      });
    });
  }

  askForOffer(): Promise<Offered> {
    return new Promise((resolve) => {
      this.link.toServer(() => {
        const remote = this.remote();
        if (!this.#up || remote === null) return this.toEdge(() => resolve({ ok: false, status: 488 }));
        const timer = this.timers.after(transactionTimeout_ms, () =>
          this.toEdge(() => resolve({ ok: false, status: 488 })),
        );
        const answer = (sdp: string | null): void => this.link.toServer(() => remote.hearReinviteAck(sdp));
        remote.hearReinvite('', (status, sdp) => {
          timer.cancel();
          this.toEdge(() =>
            resolve(status === 200 ? { ok: true, sdp, answer } : { ok: false, status: passed(status) }),
          );
        });
      });
    });
  }

  /** `sdp`: null when our offer is wanted; then {@link remoteAcknowledgesReinvite} answers it. */
  remoteReinvites(sdp: string | null, heard: (status: number, sdp: string | null) => void): void {
    if (!this.#up) return;
    this.#unansweredReinvites += 1;
    let answered = false;
    const answer = (status: number, body: string | null): void => {
      if (answered) throw new Error('A re-INVITE got two final responses');
      answered = true;
      this.link.toServer(() => {
        this.#unansweredReinvites -= 1;
        heard(status, body);
        if (status === 200 && sdp !== null) this.reinviteAcknowledged();
      });
    };
    const refuse = (status: number): void => answer(status, null);
    if (sdp === null) {
      const offer = (body: string): Promise<string | null> => {
        answer(200, body);
        return new Promise((resolve) => {
          const timer = this.timers.after(transactionTimeout_ms, () => this.#reinviteAckIsMissing());
          this.#awaitedAck = { resolve, timer };
        });
      };
      return this.toEdge(() => this.reportReinvite({ sdp: null, offer, refuse }));
    }
    const offer = {
      sdp,
      accept: (body: string) => answer(200, body),
      refuse,
    };
    this.toEdge(() => this.reportReinvite(offer));
  }

  /** The ACK for our 200 with an offer. */
  remoteAcknowledgesReinvite(sdp: string | null): void {
    const awaited = this.#awaitedAck;
    if (awaited === null || !this.#up) return;
    this.#awaitedAck = null;
    awaited.timer.cancel();
    this.reinviteAcknowledged();
    this.toEdge(() => awaited.resolve(sdp));
  }

  #reinviteAckIsMissing(): void {
    this.serverHangsUp('ack-missing');
    this.toEdge(() => this.reportBye('ack-missing'));
  }

  /** The remote side's ACK for our 200 to its re-INVITE. */
  protected reinviteAcknowledged(): void {}
}

/** What speaks of one leg only is not the other leg's business. */
function passed(status: number): number {
  return status === 491 || status === 606 ? status : 488;
}

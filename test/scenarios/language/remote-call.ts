import type { DialogLeg } from './dialog-leg.ts';

/** How a remote user agent answers a re-INVITE. */
export type ReinviteAnswer = (status: number, sdp: string) => void;

/** One call as a remote user agent has it. Every action lets the edge finish what it can do about it. */
export abstract class RemoteCall {
  /** Requests that arrived, in order: `INVITE`, `CANCEL`, `ACK`, `BYE`, `re-INVITE`. */
  readonly got: string[] = [];
  /** Reason header of the BYE that ended the call, as the cause that it was made of; null when there was none. */
  byeCause: string | null = null;
  /** Statuses heard for our re-INVITEs. */
  readonly reinviteHeard: number[] = [];
  /** The newest session description that arrived. */
  sdp = '';
  #pendingReinvite: ReinviteAnswer | null = null;
  readonly #settle: () => Promise<void>;

  constructor(settle: () => Promise<void>) {
    this.#settle = settle;
  }

  protected abstract leg(): DialogLeg | null;

  protected settled(): Promise<void> {
    return this.#settle();
  }

  get isUp(): boolean {
    return this.leg()?.isUp ?? false;
  }

  get hasReinvitePending(): boolean {
    return this.#pendingReinvite !== null;
  }

  async hangsUp(): Promise<void> {
    this.leg()?.remoteHangsUp();
    await this.settled();
  }

  async reinvites(sdp: string): Promise<void> {
    this.leg()?.remoteReinvites(sdp, (status, answer) => {
      this.reinviteHeard.push(status);
      if (answer !== null) this.sdp = answer;
    });
    await this.settled();
  }

  /** Re-INVITE without a description: ours in the 200 is the offer, which {@link acksReinvite} answers. */
  async asksForOffer(): Promise<void> {
    this.leg()?.remoteReinvites(null, (status, offer) => {
      this.reinviteHeard.push(status);
      if (offer !== null) this.sdp = offer;
    });
    await this.settled();
  }

  async acksReinvite(sdp: string | null): Promise<void> {
    this.leg()?.remoteAcknowledgesReinvite(sdp);
    await this.settled();
  }

  async answersReinvite(sdp: string): Promise<void> {
    this.#answerReinvite(200, sdp);
    await this.settled();
  }

  async refusesReinvite(status: number): Promise<void> {
    this.#answerReinvite(status, '');
    await this.settled();
  }

  hearReinvite(sdp: string, answer: ReinviteAnswer): void {
    this.got.push('re-INVITE');
    if (sdp !== '') this.sdp = sdp;
    this.#pendingReinvite = answer;
  }

  /** What our ACK answers to the offer in their 200. */
  hearReinviteAck(sdp: string | null): void {
    this.got.push('ACK');
    if (sdp !== null) this.sdp = sdp;
  }

  hearBye(cause: string): void {
    this.got.push('BYE');
    this.byeCause = cause;
  }

  #answerReinvite(status: number, sdp: string): void {
    const answer = this.#pendingReinvite;
    this.#pendingReinvite = null;
    answer?.(status, sdp);
  }
}

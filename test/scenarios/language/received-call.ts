import { reasonPhrase } from '@trunkline/sip/reason-phrase';
import type { CalleeLeg, Sent } from './callee-leg.ts';
import { RemoteCall } from './remote-call.ts';

/** An INVITE that reached a remote user agent. */
export class ReceivedCall extends RemoteCall {
  readonly invite: Sent['spec'];
  readonly credentials: Sent['credentials'];
  /** Their CANCEL is slow on the wire: what this side sends may cross it. */
  cancelIsSlow = false;
  readonly #leg: CalleeLeg;

  constructor(sent: Sent, leg: CalleeLeg, settle: () => Promise<void>) {
    super(settle);
    this.invite = sent.spec;
    this.credentials = sent.credentials;
    this.#leg = leg;
  }

  get isRinging(): boolean {
    return this.#leg.isOpen;
  }

  hearInvite(): void {
    this.got.push('INVITE');
    this.sdp = this.invite.sdp;
  }

  hearAck(): void {
    this.got.push('ACK');
  }

  hearCancel(): void {
    this.got.push('CANCEL');
    if (!this.cancelIsSlow) this.#leg.remoteRefuses(487, reasonPhrase(487));
  }

  async rings(status = 180): Promise<void> {
    this.#leg.remoteProvisional(status, reasonPhrase(status), null);
    await this.settled();
  }

  async sendsEarlyMedia(sdp: string): Promise<void> {
    this.#leg.remoteProvisional(183, reasonPhrase(183), sdp);
    await this.settled();
  }

  async answers(sdp: string): Promise<void> {
    this.#leg.remoteAnswers(sdp);
    await this.settled();
  }

  async refuses(status: number): Promise<void> {
    this.#leg.remoteRefuses(status, reasonPhrase(status));
    await this.settled();
  }

  protected override leg(): CalleeLeg {
    return this.#leg;
  }
}

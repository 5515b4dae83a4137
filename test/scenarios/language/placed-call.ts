import type { CallerLeg } from './caller-leg.ts';
import { RemoteCall } from './remote-call.ts';

/** An INVITE that a remote user agent sent, and what it heard. */
export class PlacedCall extends RemoteCall {
  readonly sip_call_id: string;
  /** Every response, 100 included. */
  readonly heard: number[] = [100];
  /** Cause behind the Reason header of the final response; null when it had none. */
  reason: string | null = null;
  /** Of the 401. */
  www_authenticate: readonly string[] = [];
  #leg: CallerLeg | null = null;

  constructor(sip_call_id: string, settle: () => Promise<void>) {
    super(settle);
    this.sip_call_id = sip_call_id;
  }

  get finals(): readonly number[] {
    return this.heard.filter((status) => status >= 200);
  }

  attach(leg: CallerLeg): void {
    this.#leg = leg;
  }

  hear(
    status: number,
    sdp: string | null,
    cause: string | null = null,
    www_authenticate: readonly string[] = [],
  ): void {
    this.heard.push(status);
    if (sdp !== null) this.sdp = sdp;
    if (status >= 200) this.reason = cause;
    this.www_authenticate = www_authenticate;
  }

  /** `sdp`: the answer to an offer in the 200. */
  async acks(sdp: string | null = null): Promise<void> {
    this.#leg?.remoteAcknowledges(sdp);
    await this.settled();
  }

  /** `hangsUpWhenLate`: the SIP server takes a CANCEL after the 200 for a BYE, as drachtio-server does. */
  async cancels({ hangsUpWhenLate = false } = {}): Promise<void> {
    this.#leg?.remoteCancels(hangsUpWhenLate);
    await this.settled();
  }

  protected override leg(): CallerLeg | null {
    return this.#leg;
  }
}

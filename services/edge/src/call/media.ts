import type { CallRecord } from '@trunkline/contracts/call-record';
import type { Codec } from '@trunkline/contracts/trunk';

export type MediaSide = 'caller' | 'callee';
/** Which of the relay's networks a side is on: carriers are outside, agents inside. */
export type MediaNetwork = 'outside' | 'inside';

export interface MediaProfile {
  readonly network: Readonly<Record<MediaSide, MediaNetwork>>;
  /** Sides that must speak SRTP with SDES keys (RFC 4568). */
  readonly encrypted: Readonly<Record<MediaSide, boolean>>;
  /** Offered to the callee, in this order; telephone-event is kept, all else is stripped. */
  readonly codecs: readonly Codec[];
}

export type MediaStats = NonNullable<CallRecord['media']>;

/** Expected failures are values: the relay does not answer in time, or says no. */
export type Relayed = { readonly ok: true; readonly sdp: string } | { readonly ok: false; readonly reason: string };

/** One call's place in the media relay. Operations run one after the other in the order of the calls. */
export interface MediaSession {
  /** Offer from a side, as it is to be shown to the other (RFC 3264). */
  offer(from: MediaSide, sdp: string): Promise<Relayed>;
  /** Answer from a side, as it is to be shown to the offerer. */
  answer(from: MediaSide, sdp: string): Promise<Relayed>;
  /** Gives the ports back. Null when the relay told no figures. Never rejects. */
  release(): Promise<MediaStats | null>;
}

export interface MediaRelay {
  open(call: string, profile: MediaProfile): MediaSession;
}

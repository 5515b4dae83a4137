import type { CallRecord } from '@trunkline/contracts/call-record';
import type { Cause } from '@trunkline/contracts/causes';
import type { Codec, MediaEncryption } from '@trunkline/contracts/trunk';

export type MediaSide = 'caller' | 'callee';
/** Which of the relay's networks a side is on: carriers are outside, agents inside. */
export type MediaNetwork = 'outside' | 'inside';
type BySide<T> = Readonly<Record<MediaSide, T>>;

export const otherSide: BySide<MediaSide> = { caller: 'callee', callee: 'caller' };

export interface MediaProfile {
  readonly network: BySide<MediaNetwork>;
  /** SRTP with SDES keys (RFC 4568). `sdes-optional` towards a side: offered beside RTP, as RFC 8643 has it. */
  readonly encryption: BySide<MediaEncryption>;
  /** What a side may speak, most wanted first; telephone-event is kept, all else is stripped. */
  readonly codecs: BySide<readonly Codec[]>;
  /** Where a side's signalling comes from, when that is known as an IP address. */
  readonly address: BySide<string | null>;
  /** Does a side send from where it receives (RFC 4961)? If not, its audio is taken from anywhere. */
  readonly symmetric: BySide<boolean>;
  readonly recorded: boolean;
}

export type MediaStats = NonNullable<CallRecord['media']>;

/**
 * Expected failures are values: the relay does not answer in time, or says no, or the description is not one that this call
 * may have. `cause` is absent when the relay is at fault.
 */
export type Relayed =
  | { readonly ok: true; readonly sdp: string }
  | { readonly ok: false; readonly reason: string; readonly cause?: Cause };

/** What the relay tells of itself. Neither is told after `release`. */
export interface MediaListener {
  /** The node that carried the call is gone, with its ports: see {@link MediaSession.isLost}. */
  onLost(): void;
  /** No audio arrived for as long as the relay was told to wait. */
  onSilent(): void;
}

/** One call's place in the media relay. Operations run one after the other in the order of the calls. */
export interface MediaSession {
  /** Offer from a side, as it is to be shown to the other (RFC 3264). */
  offer(from: MediaSide, sdp: string): Promise<Relayed>;
  /** Answer from a side, as it is to be shown to the offerer. */
  answer(from: MediaSide, sdp: string): Promise<Relayed>;
  /** The newest description of a side; null before the first. */
  said(side: MediaSide): string | null;
  /** True from the loss of the node until both sides were told of another one. */
  readonly isLost: boolean;
  /**
   * Takes the caller's newest description to a node that is alive: the offer to show to the callee. After its answer the
   * caller needs an offer made of the callee's, and then {@link settled}.
   */
  move(): Promise<Relayed>;
  /** Both sides have answered where the call is now. */
  settled(): void;
  /** Both sides are connected: from now on it is noticed when nobody sends. */
  watch(): void;
  /** Gives the ports back. Null when the relay told no figures. Never rejects. */
  release(): Promise<MediaStats | null>;
}

export interface MediaRelay {
  open(call: string, profile: MediaProfile, listener: MediaListener): MediaSession;
}

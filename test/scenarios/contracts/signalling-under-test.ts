import type { IncomingInvite } from '@trunkline/edge/admission/incoming-invite';
import type { Caller } from '@trunkline/edge/call/legs';

/** What a user agent far away did and heard. Its actions are done when they return; what they lead to comes later. */
export interface RemoteSide {
  /** Requests that arrived, in order, each once: `INVITE`, `CANCEL`, `ACK` of our side's 200, `BYE`, `re-INVITE`. */
  readonly got: readonly string[];
  readonly reinviteHeard: readonly number[];
  /** The newest session description that arrived. */
  readonly sdp: string;
  hangsUp(): Promise<void>;
  reinvites(sdp: string): Promise<void>;
  /** Re-INVITE without a description. */
  asksForOffer(): Promise<void>;
  /** The ACK to the 200 of that. */
  acksReinvite(sdp: string | null): Promise<void>;
  answersReinvite(sdp: string): Promise<void>;
  refusesReinvite(status: number): Promise<void>;
}

export interface RemoteCallerSide extends RemoteSide {
  readonly sip_call_id: string;
  /** Every response to the INVITE, each once. */
  readonly heard: readonly number[];
  readonly www_authenticate: readonly string[];
  acks(sdp?: string | null): Promise<void>;
  cancels(): Promise<void>;
}

export interface RemoteCalleeSide extends RemoteSide {
  /** Leave a CANCEL without a final response to the INVITE. */
  cancelIsSlow: boolean;
  rings(status?: number): Promise<void>;
  sendsEarlyMedia(sdp: string): Promise<void>;
  answers(sdp: string): Promise<void>;
  refuses(status: number): Promise<void>;
}

export interface CallerMessage {
  /** Empty: no session description. */
  readonly sdp?: string;
  readonly authorization?: string;
  readonly sip_call_id?: string;
  readonly extension_headers?: Readonly<Record<string, string>>;
}

/** A SIP server with an edge's signalling on one side and two user agents on the other. */
export interface SignallingUnderTest {
  readonly caller: Caller;
  /** Request-URIs at which bob is, and at which nobody is. */
  readonly bobsUri: string;
  readonly nobodysUri: string;
  alice(number: string, message?: CallerMessage): Promise<RemoteCallerSide>;
  /** The INVITE that the edge has not taken yet. */
  nextInvite(): Promise<IncomingInvite>;
  /** The INVITE that bob has not taken yet. */
  nextRing(): Promise<RemoteCalleeSide>;
  eventually(what: string, condition: () => boolean): Promise<void>;
  /** Everything on its way has arrived. */
  quiet(): Promise<void>;
  /** 64*T1 passes. */
  transactionTimePasses(): Promise<void>;
  /** No dialog and no unanswered INVITE is left in the server. */
  assertIdle(): Promise<void>;
  close(): Promise<void>;
}

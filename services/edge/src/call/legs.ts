import type { Cause } from '@trunkline/contracts/causes';

/** A re-INVITE's offer, to be answered once (RFC 3261 §14.2). */
export interface SessionOffer {
  readonly sdp: string;
  accept(sdp: string): void;
  /** 488 when the other side cannot, 491 on glare. */
  refuse(status: number): void;
}

/** A re-INVITE without a description: the far end wants to be offered something, and answers in its ACK (RFC 3261 §14.2). */
export interface OfferWanted {
  readonly sdp: null;
  /** Sends our offer. Resolves with what the ACK answers; null when it answers nothing, or the dialog ends before. */
  offer(sdp: string): Promise<string | null>;
  refuse(status: number): void;
}

/** What a leg offered when it was asked to. Its offer has to be answered, once; with null by what it was told before. */
export type Offered =
  | { readonly ok: true; readonly sdp: string; answer(sdp: string | null): void }
  | { readonly ok: false; readonly status: number };

/** What a leg answered when it was asked to change its session. */
export type Modified = { readonly ok: true; readonly sdp: string } | { readonly ok: false; readonly status: number };

/** The caller's side: an INVITE that came in, or an agent that we call for it. Every method may be called in any state of the wire: what cannot be sent any more is dropped. */
export interface LegA {
  provisional(status: number, reason: string, sdp: string | null): void;
  /**
   * Sends the 200, or calls the agent; INFO and the like pass between the legs from then on. Reports `a-acked`, `a-bye`, `a-lost`,
   * `a-reinvited` from then on. `sdp` is our answer; our offer to a leg that made none.
   */
  answer(sdp: string, other: LegB): void;
  reject(status: number, cause: Cause): void;
  /** Ends what {@link answer} began and nobody has agreed to yet; the leg still reports how that ends. A 200 cannot be taken back. */
  withdraw(): void;
  /** An agent that has not answered is given up, and nothing more is reported. */
  bye(cause: Cause): void;
  /** Re-INVITE towards the caller. */
  modify(sdp: string): Promise<Modified>;
  /** Re-INVITE that leaves the offer to the caller. */
  askForOffer(): Promise<Offered>;
}

/** What leg A reports; `a-cancelled` from the moment of the INVITE on. */
export type LegAReport =
  | { readonly type: 'a-cancelled' }
  /** Call-ID of the INVITE to the agent. */
  | { readonly type: 'a-sent'; readonly sip_call_id: string }
  /** `sdp`: what the ACK, or the agent's 200, has to say to our offer; null when nothing. */
  | { readonly type: 'a-acked'; readonly sdp: string | null }
  /** Our 200 could not be sent, or the agent is not to be had. `said`: its final response. */
  | { readonly type: 'a-lost'; readonly cause: Cause; readonly said: string | null }
  | { readonly type: 'a-bye'; readonly cause: Cause }
  | { readonly type: 'a-reinvited'; readonly offer: SessionOffer | OfferWanted };

/** The callee's side: one INVITE and the dialog that it may become. */
export interface LegB {
  cancel(): void;
  /** CANCEL, and whatever answers is ended here; nothing is reported any more. */
  abandon(): void;
  bye(cause: Cause): void;
  modify(sdp: string): Promise<Modified>;
  askForOffer(): Promise<Offered>;
}

export type LegBReport =
  | { readonly type: 'b-sent'; readonly sip_call_id: string }
  /** Before what the gateway says: it has several addresses, and these failed before the one at `address`. */
  | {
      readonly type: 'b-tried';
      readonly tried: readonly {
        readonly address: string;
        readonly ms: number;
        readonly status: number | null;
        readonly reason: string;
      }[];
      readonly address: string;
    }
  | { readonly type: 'b-provisional'; readonly status: number; readonly reason: string; readonly sdp: string | null }
  | { readonly type: 'b-answered'; readonly sdp: string }
  /** A final response ≥ 300; null when the INVITE could not be sent at all. */
  | {
      readonly type: 'b-final';
      readonly status: number | null;
      readonly reason: string;
      /** The SIP server refused the far end's certificate: the status is its own. */
      readonly untrusted?: boolean;
    }
  | { readonly type: 'b-bye'; readonly cause: Cause }
  | { readonly type: 'b-reinvited'; readonly offer: SessionOffer | OfferWanted };

export interface LegCredentials {
  readonly username: string;
  /** Undefined when the sealed password cannot be opened: the challenge then stays unanswered. */
  readonly openPassword: () => string | undefined;
}

export interface InviteSpec {
  readonly uri: string;
  readonly from: string;
  readonly to: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sdp: string;
  /** Where to send the INVITE, when not where the URI says. */
  readonly next_hop?: string;
  /** The leg was abandoned before the far end said anything. */
  readonly onSilent?: () => void;
  /** Values of Route: proxies that the INVITE has to pass. */
  readonly route?: readonly string[];
  /** For the far end's 401 or 407. */
  readonly credentials: LegCredentials | null;
  /** Name of leg A's dialog at the SIP server. */
  readonly other_leg?: string;
  /** From the answer on, INFO and the like pass between this leg and that one. */
  readonly joined?: LegB;
}

/** How a call reaches its callee. */
export interface Caller {
  invite(spec: InviteSpec, report: (report: LegBReport) => void): LegB;
}

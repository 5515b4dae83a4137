import type { Cause } from '@trunkline/contracts/causes';
import type { ReceivedInvite } from '@trunkline/policy/received-invite';
import type { LegA, LegAReport } from '../call/legs.ts';

/** An INVITE outside a dialog, parsed once; what has not been answered can be answered here. */
export interface IncomingInvite {
  readonly invite: ReceivedInvite;
  readonly sip_call_id: string;
  /** Name of the dialog that it may open, where the SIP server is told which legs belong together. */
  readonly dialog_id?: string;
  /** Null when the INVITE has no session description (RFC 3261 §13.2.1). */
  readonly offer: string | null;
  /** Extension headers `X-…` that go through to the agent. */
  readonly extension_headers: Readonly<Record<string, string>>;
  /** The source is to be banned for so many seconds at the SIP server, with the refusal that follows. */
  ban?(seconds: number): void;
  /** 401 with one WWW-Authenticate each (RFC 3261 §22.1). */
  challenge(www_authenticate: readonly string[]): void;
  refuse(status: number, cause: Cause): void;
  /** Turns the INVITE into the caller's leg; `report` is called from then on. */
  accept(report: (report: LegAReport) => void): LegA;
}

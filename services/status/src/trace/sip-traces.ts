import type { TracedMessage } from '@trunkline/contracts/sip-trace';

/** What SIP servers still know of calls. Never rejects: a server that does not answer knows nothing. */
export interface SipTraces {
  /** The messages of the call whose first leg has this Call-ID, and of its other legs, oldest first. */
  of(sip_call_id: string): Promise<readonly TracedMessage[]>;
}

export const NO_TRACES: SipTraces = { of: async () => [] };

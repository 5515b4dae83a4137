import type { Transport } from '@trunkline/contracts/trunk';
import type { ReceivedIdentity } from './received-identity.ts';

/** What admission reads of an INVITE. The edge parses the message once and fills this in; nothing here is a live object. */
export interface ReceivedInvite {
  /** Where the packet came from: the transport's word, never a header's. */
  readonly source: { readonly address: string; readonly port: number; readonly transport: Transport };
  /** In upper case; part of what a digest response covers (RFC 7616 §3.4.3). */
  readonly method: string;
  readonly request_uri: string;
  /** User part of the Request-URI, with its parameters (RFC 3966 §3); null when it has none. */
  readonly called: string | null;
  /** User part of To; null when it has none. Tried when nothing is found under `called`. */
  readonly to: string | null;
  /**
   * The number by which an agent names itself: P-Asserted-Identity or P-Preferred-Identity, else From. It only selects among the
   * numbers that are the agent's anyway.
   */
  readonly caller: string | null;
  /** User part of From; null when it has none or is anonymous (RFC 3323 §4.1.1.3). */
  readonly from_user: string | null;
  /** What it says of its caller beyond From; absent: nothing. */
  readonly identity?: ReceivedIdentity;
  /** The Authorization header as received; null when absent. */
  readonly authorization: string | null;
  /** Null when the header is absent. */
  readonly max_forwards: number | null;
}

/** A connected application, as the SIP side of the server sees it. */
export interface Application {
  /** For logs; grows with every connection. */
  readonly number: number;
  /** Names that it authenticated with: connections that have one in common are the same application. */
  readonly tags: readonly string[];
  readonly open: boolean;
  /** Bytes that it has not taken yet. */
  readonly waiting_bytes: number;
  /** It does not read as fast as we write: no new work for it now. */
  readonly congested: boolean;
  /** Queues one frame; the order of calls is the order on the wire. */
  send(meta: string, sip?: Buffer): void;
}

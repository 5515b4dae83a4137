import { NO_BODY } from '@trunkline/sip/message';

/** A request as it goes out, with those of its parts that are needed again: for its ACK, its CANCEL and its retransmissions. */
export interface OutgoingRequest {
  readonly method: string;
  readonly uri: string;
  /** The branch of our Via: the key of the client transaction. */
  readonly branch: string;
  /** Values of the header fields of these names. */
  readonly via: string;
  readonly from: string;
  readonly to: string;
  readonly call_id: string;
  readonly cseq: number;
  readonly routes: readonly string[];
  readonly bytes: Buffer;
}

/** When it will not be sent again. */
export const withoutBytes = (request: OutgoingRequest): OutgoingRequest => ({
  method: request.method,
  uri: request.uri,
  branch: request.branch,
  via: request.via,
  from: request.from,
  to: request.to,
  call_id: request.call_id,
  cseq: request.cseq,
  routes: request.routes,
  bytes: NO_BODY,
});

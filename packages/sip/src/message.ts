import type { Headers } from './headers.ts';

/** RFC 3261 §7.1. */
export interface SipRequest {
  readonly kind: 'request';
  /** As written; methods are case-sensitive. */
  readonly method: string;
  /** The Request-URI as written; `parseUri` reads it. */
  readonly uri: string;
  readonly headers: Headers;
  readonly body: Buffer;
  /** The bytes it was parsed from. Absent on a message that we made; not brought up to date when headers are changed. */
  readonly raw?: Buffer;
  /** Whether every header field of `raw` has its long name and stands on one line. */
  readonly plain?: boolean;
}

/** RFC 3261 §7.2. */
export interface SipResponse {
  readonly kind: 'response';
  /** 100 to 699. */
  readonly status: number;
  /** The reason phrase, maybe empty. */
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Buffer;
  /** The bytes it was parsed from. Absent on a message that we made; not brought up to date when headers are changed. */
  readonly raw?: Buffer;
  /** Whether every header field of `raw` has its long name and stands on one line. */
  readonly plain?: boolean;
}

export type SipMessage = SipRequest | SipResponse;

export const NO_BODY: Buffer = Buffer.alloc(0);

/** Makes a request; a body given as text is sent as UTF-8. */
export function sipRequest(method: string, uri: string, headers: Headers, body: string | Buffer = NO_BODY): SipRequest {
  return { kind: 'request', method, uri, headers, body: bodyBytes(body) };
}

/** Makes a response; for one that answers a request see `create-response.ts`. */
export function sipResponse(
  status: number,
  reason: string,
  headers: Headers,
  body: string | Buffer = NO_BODY,
): SipResponse {
  return { kind: 'response', status, reason, headers, body: bodyBytes(body) };
}

function bodyBytes(body: string | Buffer): Buffer {
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
}

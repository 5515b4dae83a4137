import { Headers } from './headers.ts';
import { NO_BODY, type SipRequest, type SipResponse, sipResponse } from './message.ts';
import { tagOf } from './name-addr.ts';
import { reasonPhrase } from './reason-phrase.ts';

export interface ResponseParts {
  /** The usual phrase of the status when absent. */
  readonly reason?: string | undefined;
  /** Put on To when the request has no tag there; 100 Trying goes without (RFC 3261 §8.2.6.2). */
  readonly toTag?: string | undefined;
  /** Further header fields, after those that are copied. */
  readonly headers?: Iterable<readonly [string, string]>;
  readonly body?: string | Buffer;
}

/**
 * RFC 3261 §8.2.6: Via, From, Call-ID and CSeq are the request's, and so is To but for its tag. Record-Route is copied for
 * responses that may create a dialog (§12.1.1), Timestamp into 100 (§8.2.6.1).
 */
export function createResponse(request: SipRequest, status: number, parts: ResponseParts = {}): SipResponse {
  const headers = new Headers();
  for (const field of request.headers) {
    const key = field.key;
    if (key === 'to') headers.append('To', toWithTag(field.value, status > 100 ? parts.toTag : undefined));
    else if (copied(key, status)) headers.append(field.name, field.value);
  }
  for (const [name, value] of parts.headers ?? []) headers.append(name, value);
  return sipResponse(status, parts.reason ?? reasonPhrase(status), headers, parts.body ?? NO_BODY);
}

function copied(key: string, status: number): boolean {
  if (key === 'via' || key === 'from' || key === 'call-id' || key === 'cseq') return true;
  if (key === 'record-route') return status > 100 && status < 300;
  return key === 'timestamp' && status === 100;
}

/** `value` with this tag, unless it has one or none is given. */
export function toWithTag(value: string, tag: string | undefined): string {
  if (tag === undefined || tagOf(value) !== undefined) return value;
  // Without angle brackets `;tag=` is still a parameter of the field (RFC 3261 §20.10).
  return `${value};tag=${tag}`;
}

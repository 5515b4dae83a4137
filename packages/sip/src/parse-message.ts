import { parseCSeq } from './cseq.ts';
import { NO_BODY, type SipMessage, type SipRequest } from './message.ts';
import { type Head, parseHead } from './parse-head.ts';
import { DEFAULT_PARSE_LIMITS, type ParseLimits } from './parse-limits.ts';
import { isDigits } from './token.ts';

export type ParseResult =
  | { readonly ok: true; readonly message: SipMessage }
  | {
      readonly ok: false;
      /** What is wrong, fit for a reason phrase and a log; it repeats nothing that the sender wrote. */
      readonly reason: string;
      /** The response that a request with this fault deserves. */
      readonly status: 400 | 413 | 505 | 513;
      /** Set when it was a request with a Via, so that there is a way back; what else is missing a response leaves out. */
      readonly answerable?: SipRequest;
    };

/** Fields that a message must have, and may have only once (RFC 3261 §8.1.1, §20). */
const REQUIRED_ONCE = ['from', 'to', 'call-id', 'cseq'] as const;

/**
 * Reads one whole message: a datagram, or what `StreamFramer` cut out of a stream. What is checked: the start line, the form
 * of every header line, the presence of what every message must have, CSeq, and that the body is as long as Content-Length
 * says (RFC 3261 §18.3: surplus bytes of a datagram are discarded). Values of other fields are left unread.
 */
export function parseMessage(bytes: Buffer, limits: ParseLimits = DEFAULT_PARSE_LIMITS): ParseResult {
  const start = skipLineEnds(bytes);
  const end = bytes.indexOf('\r\n\r\n', start, 'latin1');
  if (end < 0) return { ok: false, status: 400, reason: 'header fields do not end' };
  if (end - start > limits.head_bytes) return { ok: false, status: 513, reason: 'message head too long' };
  const result = parseHead(bytes.toString('utf8', start, end), limits);
  if (!result.ok) return failure(result.status, result.reason, result.head);
  const head = result.head;
  const fault = missingOrDoubled(head) ?? wrongCSeq(head);
  if (fault !== undefined) return failure(400, fault, head);
  return withBody(head, result.plain, bytes, { start, bodyStart: end + 4 }, limits);
}

function withBody(
  head: Head,
  plain: boolean,
  bytes: Buffer,
  { start, bodyStart }: { readonly start: number; readonly bodyStart: number },
  limits: ParseLimits,
): ParseResult {
  const available = bytes.length - bodyStart;
  const length = contentLength(head, available);
  if (length === undefined) return failure(400, 'malformed Content-Length', head);
  // RFC 3261 §18.3: a datagram that ends before its body does deserves 400.
  if (length > available) return failure(400, 'body shorter than Content-Length', head);
  if (length > limits.body_bytes) return failure(413, 'body too long', head);
  const body = length === 0 ? NO_BODY : bytes.subarray(bodyStart, bodyStart + length);
  const bodyEnd = bodyStart + length;
  const raw = start === 0 && bodyEnd === bytes.length ? bytes : bytes.subarray(start, bodyEnd);
  return { ok: true, message: whole(head, body, raw, plain) };
}

/** Written out, because copying properties by spreading costs more than all else that is done with them. */
function whole(head: Head, body: Buffer, raw: Buffer, plain: boolean): SipMessage {
  const { headers } = head;
  return head.kind === 'request'
    ? { kind: 'request', method: head.method, uri: head.uri, headers, body, raw, plain }
    : { kind: 'response', status: head.status, reason: head.reason, headers, body, raw, plain };
}

/** `available` when there is none; `undefined` when it is not one number. */
function contentLength(head: Head, available: number): number | undefined {
  let length: number | undefined;
  for (const field of head.headers) {
    if (field.key !== 'content-length') continue;
    if (!isDigits(field.value, 0, field.value.length, 9)) return undefined;
    const value = Number(field.value);
    if (length !== undefined && length !== value) return undefined;
    length = value;
  }
  return length ?? available;
}

function missingOrDoubled(head: Head): string | undefined {
  let via = 0;
  const seen = { from: 0, to: 0, 'call-id': 0, cseq: 0 };
  for (const field of head.headers) {
    const key = field.key;
    if (key === 'via') via += 1;
    else if (key === 'from' || key === 'to' || key === 'call-id' || key === 'cseq') {
      if (field.value !== '') seen[key] += 1;
    }
  }
  if (via === 0) return 'Via is missing';
  for (const key of REQUIRED_ONCE) {
    if (seen[key] === 0) return MISSING[key];
    if (seen[key] > 1) return DOUBLED[key];
  }
  return undefined;
}

const MISSING = {
  from: 'From is missing',
  to: 'To is missing',
  'call-id': 'Call-ID is missing',
  cseq: 'CSeq is missing',
} as const;
const DOUBLED = {
  from: 'more than one From',
  to: 'more than one To',
  'call-id': 'more than one Call-ID',
  cseq: 'more than one CSeq',
} as const;

function wrongCSeq(head: Head): string | undefined {
  const cseq = parseCSeq(head.headers.get('cseq') ?? '');
  if (!cseq.ok) return cseq.reason;
  // RFC 3261 §8.1.1.5: the method of CSeq MUST match that of the request.
  if (head.kind === 'request' && cseq.value.method !== head.method) return 'CSeq method is not that of the request';
  return undefined;
}

function failure(status: 400 | 413 | 505 | 513, reason: string, head: Head | undefined): ParseResult {
  if (head === undefined || head.kind !== 'request') return { ok: false, status, reason };
  return head.headers.has('via')
    ? { ok: false, status, reason, answerable: { ...head, body: NO_BODY } }
    : { ok: false, status, reason };
}

/** RFC 3261 §7.5: line ends before the start line are ignored. */
function skipLineEnds(bytes: Buffer): number {
  let start = 0;
  while (bytes[start] === 13 && bytes[start + 1] === 10) start += 2;
  return start;
}

import { NO_BODY, type SipMessage } from './message.ts';
import { parseHead } from './parse-head.ts';
import { DEFAULT_PARSE_LIMITS, type ParseLimits } from './parse-limits.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

/**
 * Reads a message that somebody else will complete: a start line, any header fields, and after an empty line the body, which
 * is everything to the end. No field is required and Content-Length is not looked at.
 */
export function parseDraft(bytes: Buffer, limits: ParseLimits = DEFAULT_PARSE_LIMITS): Parsed<SipMessage> {
  const split = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  let end = split < 0 ? bytes.length : split;
  if (split < 0 && bytes[end - 2] === 13 && bytes[end - 1] === 10) end -= 2;
  if (end > limits.head_bytes) return malformed('message head too long');
  const result = parseHead(bytes.toString('utf8', 0, end), limits);
  if (!result.ok) return malformed(result.reason);
  const body = split < 0 || split + 4 === bytes.length ? NO_BODY : bytes.subarray(split + 4);
  if (body.length > limits.body_bytes) return malformed('body too long');
  const { head } = result;
  const { headers } = head;
  return parsed(
    head.kind === 'request'
      ? { kind: 'request', method: head.method, uri: head.uri, headers, body }
      : { kind: 'response', status: head.status, reason: head.reason, headers, body },
  );
}

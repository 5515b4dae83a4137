import { headerNameAt } from './header-name.ts';
import { type HeaderField, Headers } from './headers.ts';
import type { ParseLimits } from './parse-limits.ts';
import { isDigits, isToken, isUriText } from './token.ts';

/** Start line and header fields of a message, before anything is asked of their values. */
export type Head =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string; readonly headers: Headers }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string; readonly headers: Headers };

export type HeadResult =
  /** `plain`: no compact name and no folded line. */
  | { readonly ok: true; readonly head: Head; readonly plain: boolean }
  /** `status` is the response that a request with this fault deserves. */
  | { readonly ok: false; readonly status: 400 | 505 | 513; readonly reason: string; readonly head?: Head };

const SPACE = 32;
const TAB = 9;
const CARRIAGE_RETURN = 13;
const BACKSLASH = 92;

/**
 * Reads `text`, which ends before the empty line, in one pass: values are slices of it, untouched but for unfolding and
 * trimming. Faults in a header field still give back the head read so far, so that a 400 can be sent.
 */
export function parseHead(text: string, limits: ParseLimits): HeadResult {
  const first = lineEnd(text, 0);
  if (first === MALFORMED_LINE) return { ok: false, status: 400, reason: 'line end is not CRLF' };
  const start = parseStartLine(text, first);
  const fields: HeaderField[] = [];
  const headers = new Headers(fields);
  const form = { plain: true };
  if (!start.ok) {
    const line = brokenRequestLine(text);
    if (line === undefined) return start;
    parseFields(text, first + 2, fields, limits, form);
    return { ...start, head: { ...line, headers } };
  }
  const head = headOf(start.line, headers);
  const fault = parseFields(text, first + 2, fields, limits, form);
  if (start.line.kind === 'request' && start.version !== '2.0') return { ok: false, ...WRONG_VERSION, head };
  if (fault !== undefined) return { ok: false, status: fault.status, reason: fault.reason, head };
  return { ok: true, head, plain: form.plain };
}

function headOf(line: StartLine, headers: Headers): Head {
  return line.kind === 'request'
    ? { kind: 'request', method: line.method, uri: line.uri, headers }
    : { kind: 'response', status: line.status, reason: line.reason, headers };
}

interface Fault {
  readonly status: 400 | 513;
  readonly reason: string;
}

const bad = (reason: string): Fault => ({ status: 400, reason });

/** RFC 3261 §7.3.1: field-name *SP ":" value, a line that begins with white space continues the one before. */
function parseFields(
  text: string,
  from: number,
  fields: HeaderField[],
  limits: ParseLimits,
  form: { plain: boolean },
): Fault | undefined {
  if (text.includes('\0') && !isEveryNulQuoted(text)) return bad('NUL in a header field');
  let at = from;
  let fault: Fault | undefined;
  // Malformed ones count too: each costs a search for its colon.
  for (let count = 0; at < text.length; count += 1) {
    if (count >= limits.header_fields) return { status: 513, reason: 'too many header fields' };
    let end = lineEnd(text, at);
    if (end === MALFORMED_LINE) return bad('line end is not CRLF');
    const colon = text.indexOf(':', at);
    let folded = false;
    while (isSpace(text.charCodeAt(end + 2))) {
      folded = true;
      end = lineEnd(text, end + 2);
      if (end === MALFORMED_LINE) return bad('line end is not CRLF');
    }
    if (end - at > limits.field_characters) return { status: 513, reason: 'header field too long' };
    const field = parseField(text, at, colon, end, folded);
    // The rest is still read: a Via below the fault is needed to answer.
    if (field === undefined) fault ??= bad('malformed header field');
    else {
      fields.push(field);
      if (folded || colon - at === 1) form.plain = false;
    }
    at = end + 2;
  }
  return fault;
}

function parseField(text: string, at: number, colon: number, end: number, folded: boolean): HeaderField | undefined {
  if (colon < 0 || colon > end) return undefined;
  let nameEnd = colon;
  while (nameEnd > at && isSpace(text.charCodeAt(nameEnd - 1))) nameEnd -= 1;
  if (!isToken(text, at, nameEnd)) return undefined;
  const { key, spelling } = headerNameAt(text, at, nameEnd);
  let valueStart = colon + 1;
  let valueEnd = end;
  while (valueStart < valueEnd && isSpace(text.charCodeAt(valueStart))) valueStart += 1;
  while (valueEnd > valueStart && isSpace(text.charCodeAt(valueEnd - 1))) valueEnd -= 1;
  const value = text.slice(valueStart, valueEnd);
  return { name: spelling, key, value: folded ? unfold(value) : value };
}

/** RFC 3261 §25.1: LWS is one space. In one pass, because a regular expression takes quadratic time over long runs of spaces. */
function unfold(value: string): string {
  let text = '';
  let from = 0;
  while (from < value.length) {
    const feed = value.indexOf('\r\n', from);
    const next = feed < 0 ? value.length : feed + 2;
    let end = feed < 0 ? value.length : feed;
    while (from < end && isSpace(value.charCodeAt(from))) from += 1;
    while (end > from && isSpace(value.charCodeAt(end - 1))) end -= 1;
    if (end > from) text += text === '' ? value.slice(from, end) : ` ${value.slice(from, end)}`;
    from = next;
  }
  return text;
}

/** RFC 3261 §25.1 quoted-pair: behind a backslash, NUL is a character like others. */
function isEveryNulQuoted(text: string): boolean {
  for (let at = text.indexOf('\0'); at >= 0; at = text.indexOf('\0', at + 1)) {
    if (text.charCodeAt(at - 1) !== BACKSLASH) return false;
  }
  return true;
}

type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string };
type StartResult =
  | { readonly ok: true; readonly version: string; readonly line: StartLine }
  | { readonly ok: false; readonly status: 400 | 505; readonly reason: string };

const WRONG_VERSION = { status: 505, reason: 'SIP version is not 2.0' } as const;

function parseStartLine(text: string, end: number): StartResult {
  return isVersion(text, 0, 7) && text.charCodeAt(7) === SPACE
    ? parseStatusLine(text, end)
    : parseRequestLine(text, end);
}

/** RFC 3261 §7.2: SIP-Version SP Status-Code SP Reason-Phrase. */
function parseStatusLine(text: string, end: number): StartResult {
  if (text.slice(4, 7) !== '2.0') return { ok: false, ...WRONG_VERSION };
  const status = isDigits(text, 8, 11, 3) ? Number(text.slice(8, 11)) : 0;
  // The space before an empty reason phrase is often forgotten.
  if (status < 100 || status > 699 || (end > 11 && text.charCodeAt(11) !== SPACE)) {
    return { ok: false, status: 400, reason: 'malformed status line' };
  }
  return { ok: true, version: '2.0', line: { kind: 'response', status, reason: text.slice(12, Math.max(12, end)) } };
}

/** RFC 3261 §7.1: Method SP Request-URI SP SIP-Version, single spaces, nothing else. */
function parseRequestLine(text: string, end: number): StartResult {
  const malformedLine = { ok: false, status: 400, reason: 'malformed request line' } as const;
  const afterMethod = text.indexOf(' ');
  const afterUri = text.lastIndexOf(' ', end - 1);
  if (afterMethod <= 0 || afterUri <= afterMethod || afterUri >= end) return malformedLine;
  if (!isToken(text, 0, afterMethod)) return malformedLine;
  const uri = text.slice(afterMethod + 1, afterUri);
  if (!isUriText(uri)) return malformedLine;
  if (!isVersion(text, afterUri + 1, end)) return malformedLine;
  const version = text.slice(afterUri + 5, end);
  return { ok: true, version, line: { kind: 'request', method: text.slice(0, afterMethod), uri } };
}

/** Whether `text[start, end)` is `SIP/` digits `.` digits; RFC 3261 §7.1: the text is case-insensitive. */
/** The method, which tells whether a request whose first line is malformed may be answered; `undefined` for what is no request. */
function brokenRequestLine(text: string): StartLine | undefined {
  const end = text.indexOf(' ');
  return end > 0 && isToken(text, 0, end) ? { kind: 'request', method: text.slice(0, end), uri: '' } : undefined;
}

function isVersion(text: string, start: number, end: number): boolean {
  if (end - start < 7 || text.slice(start, start + 4).toUpperCase() !== 'SIP/') return false;
  const dot = text.indexOf('.', start + 4);
  return dot > 0 && dot < end && isDigits(text, start + 4, dot) && isDigits(text, dot + 1, end);
}

const MALFORMED_LINE = -1;

/** Index of the CRLF that ends the line, or the end of the text; a lone CR or LF is malformed. */
function lineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  const end = feed < 0 ? text.length : feed - 1;
  const carriage = text.indexOf('\r', from);
  if (feed < 0) return carriage < 0 ? end : MALFORMED_LINE;
  return carriage === end && text.charCodeAt(end) === CARRIAGE_RETURN ? end : MALFORMED_LINE;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}

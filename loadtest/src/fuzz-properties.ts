import { parseCSeq } from '@trunkline/sip/cseq';
import { parseChallenges } from '@trunkline/sip/digest-challenge';
import { parseCredentials } from '@trunkline/sip/digest-credentials';
import { formatMessage } from '@trunkline/sip/format-message';
import type { SipMessage } from '@trunkline/sip/message';
import { formatNameAddr, parseNameAddr, tagOf } from '@trunkline/sip/name-addr';
import { DEFAULT_PARSE_LIMITS } from '@trunkline/sip/parse-limits';
import { parseMessage } from '@trunkline/sip/parse-message';
import { parseReason } from '@trunkline/sip/reason';
import { requestFault } from '@trunkline/sip/request-fault';
import { parseSdp } from '@trunkline/sip/sdp';
import { formatSessionExpires, parseSessionExpires } from '@trunkline/sip/session-expires';
import { formatUri, parseUri } from '@trunkline/sip/uri';
import { formatVia, parseVia, salvageVia } from '@trunkline/sip/via';

const { head_bytes, header_fields, field_characters } = DEFAULT_PARSE_LIMITS;

/** Elements of one list that are read: a hundred that are alike tell nothing new. */
const MOST_READ = 6;

/** Reads a datagram as far as anything can be read of it; throws when what is written back says something else. */
export function checkDatagram(bytes: Buffer): 'well-formed' | 'malformed' {
  const result = parseMessage(bytes);
  if (!result.ok) {
    if (result.answerable !== undefined) readFields(result.answerable);
    return 'malformed';
  }
  checkMessage(result.message);
  readFields(result.message);
  return 'well-formed';
}

/** format(parse(x)) = x on what is kept: start line, fields, body. */
function checkMessage(message: SipMessage): void {
  const written = formatMessage(message);
  const result = parseMessage(written);
  if (!result.ok) {
    if (isOverLimits(message, written)) return;
    throw new Error(`what was written cannot be read: ${result.reason}`);
  }
  const again = result.message;
  same('message', formatMessage(again).toString('latin1'), written.toString('latin1'));
  same('number of fields', count(again), count(message));
  same('body', again.body.toString('latin1'), message.body.toString('latin1'));
  same('start line', startLine(again), startLine(message));
}

/** Content-Length is always written, and what is not UTF-8 becomes longer. */
function isOverLimits(message: SipMessage, written: Buffer): boolean {
  if (written.length - message.body.length > head_bytes || message.headers.size >= header_fields) return true;
  return [...message.headers].some(({ name, value }) => name.length + value.length + 2 > field_characters);
}

const count = ({ headers }: SipMessage): string => {
  let fields = 0;
  for (const { key } of headers) if (key !== 'content-length') fields += 1;
  return String(fields);
};

const startLine = (message: SipMessage): string =>
  message.kind === 'request' ? `${message.method} ${message.uri}` : `${message.status} ${message.reason}`;

function readFields(message: SipMessage): void {
  const { headers } = message;
  for (const via of headers.list('via').slice(0, MOST_READ)) {
    fixpoint('Via', parseVia(via), parseVia, formatVia);
    salvageVia(via);
  }
  for (const name of ['from', 'to', 'contact', 'route', 'record-route', 'refer-to', 'p-asserted-identity']) {
    for (const line of headers.lines(name)) tagOf(line);
    for (const value of headers.list(name).slice(0, MOST_READ)) readAddress(value);
  }
  parseCSeq(headers.get('cseq') ?? '');
  fixpoint('Session-Expires', parseSessionExpires(headers.get('x') ?? ''), parseSessionExpires, formatSessionExpires);
  parseReason(headers.get('reason') ?? '');
  parseChallenges(headers.lines('www-authenticate'));
  parseCredentials(headers.get('authorization') ?? '');
  if (message.body.length > 0) parseSdp(message.body.toString('utf8'));
  if (message.kind !== 'request') return;
  requestFault(message);
  fixpoint('Request-URI', parseUri(message.uri), parseUri, formatUri);
}

function readAddress(value: string): void {
  const address = parseNameAddr(value);
  fixpoint('address', address, parseNameAddr, formatNameAddr);
  if (address.ok) fixpoint('URI', parseUri(address.value.uri), parseUri, formatUri);
}

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/** What is written of something that was read is read as the same again. */
function fixpoint<T>(what: string, first: Read<T>, read: (text: string) => Read<T>, write: (value: T) => string): void {
  if (!first.ok) return;
  const text = write(first.value);
  const again = read(text);
  if (!again.ok) throw new Error(`${what} that was written cannot be read: ${JSON.stringify(text)}`);
  same(what, write(again.value), text);
}

function same(what: string, found: string, expected: string): void {
  if (found !== expected) {
    throw new Error(
      `${what} changed: ${JSON.stringify(expected.slice(0, 400))} became ${JSON.stringify(found.slice(0, 400))}`,
    );
  }
}

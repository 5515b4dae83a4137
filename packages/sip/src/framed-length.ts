import { headerKey } from './header-name.ts';
import { isDigits } from './token.ts';

/**
 * The body's length by the Content-Length of a head that ends with its last CRLF; `undefined` when there is none, it is no
 * number, or two differ: a stream whose messages can be cut in two ways must not be read on (RFC 3261 §18.3, §20.14).
 */
export function framedLength(head: string): number | undefined {
  let length: number | undefined;
  for (let at = head.indexOf('\r\n') + 2; at > 1 && at < head.length; ) {
    let end = head.indexOf('\r\n', at);
    if (end < 0) return undefined;
    while (isSpace(head.charCodeAt(end + 2))) {
      end = head.indexOf('\r\n', end + 2);
      if (end < 0) return undefined;
    }
    if (mayBeLength(head.charCodeAt(at))) {
      const value = lengthOf(head.slice(at, end));
      if (value === 'malformed' || (length !== undefined && value !== undefined && value !== length)) return undefined;
      length ??= value;
    }
    at = end + 2;
  }
  return length;
}

/** `undefined` when the field is another one. */
function lengthOf(field: string): number | undefined | 'malformed' {
  const colon = field.indexOf(':');
  if (colon < 0) return undefined;
  if (headerKey(field.slice(0, colon).trim()) !== 'content-length') return undefined;
  const value = field.slice(colon + 1).trim();
  return isDigits(value, 0, value.length, 9) ? Number(value) : 'malformed';
}

/** C or L, in either case. */
const mayBeLength = (code: number): boolean => (code | 32) === 99 || (code | 32) === 108;

const isSpace = (code: number): boolean => code === 32 || code === 9;

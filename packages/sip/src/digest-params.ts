import { splitList } from './split-list.ts';
import { isToken } from './token.ts';

/** One challenge or one set of credentials: RFC 7235 §2.1 with the parameters of RFC 7616. */
export interface AuthParams {
  readonly scheme: string;
  /** Names in lower case, values without quotes. */
  readonly params: ReadonlyMap<string, string>;
}

/** More parameters than any scheme has; a header with more is malformed. */
const maxParams = 32;

/**
 * Reads the value of an Authorization, Proxy-Authorization, WWW-Authenticate or Proxy-Authenticate header. Commas separate
 * parameters as well as challenges (RFC 7235 §4.1): a token followed by a space opens a new one. Undefined when malformed.
 */
export function parseAuthParams(text: string): AuthParams[] | undefined {
  const found: { scheme: string; params: Map<string, string> }[] = [];
  for (const element of splitList(text)) {
    const opening = /^([^\s="]+)[ \t]+(\S.*)$|^([^\s="]+)$/s.exec(element);
    const scheme = opening?.[1] ?? opening?.[3];
    let pair: string | undefined = element;
    if (scheme !== undefined && !(opening?.[2] ?? '').startsWith('=')) {
      if (!isToken(scheme)) return undefined;
      found.push({ scheme, params: new Map() });
      pair = opening?.[2];
    }
    if (pair === undefined) continue;
    const current = found.at(-1);
    if (current === undefined) return undefined;
    if (current.scheme.toLowerCase() !== 'digest') continue;
    if (!addParam(current.params, pair)) return undefined;
  }
  return found;
}

function addParam(params: Map<string, string>, pair: string): boolean {
  const equals = pair.indexOf('=');
  if (equals < 0) return false;
  const name = pair.slice(0, equals).trim();
  const value = unquote(pair.slice(equals + 1).trim());
  if (!isToken(name) || value === undefined) return false;
  // RFC 7616 §3.4: each parameter at most once, or two readers of the header may see two users.
  if (params.has(name.toLowerCase()) || params.size >= maxParams) return false;
  params.set(name.toLowerCase(), value);
  return true;
}

/** RFC 3261 §25.1 quoted-string or a bare word. Some user agents send `uri` and `nonce` without quotes: that is taken. */
function unquote(text: string): string | undefined {
  if (!text.startsWith('"')) return /[\s",]/.test(text) ? undefined : text;
  if (!/^"(?:[^"\\]|\\.)*"$/s.test(text)) return undefined;
  return text.slice(1, -1).replace(/\\(.)/gs, '$1');
}

/** A quoted-string (RFC 3261 §25.1). Line breaks, which no header value may hold, become spaces. */
export function quote(text: string): string {
  return `"${text.replace(/[\r\n]+/g, ' ').replace(/["\\]/g, '\\$&')}"`;
}

import type { SipRequest } from './message.ts';
import { parseNameAddr } from './name-addr.ts';
import { isOptionTag } from './option-tags.ts';
import { parseUri, uriScheme } from './uri.ts';

/** Why a user agent server refuses a request that is whole, before it asks what the request wants. */
export interface RequestFault {
  readonly status: 400 | 416 | 420;
  /** Fit for a Warning and a log; it repeats nothing that the sender wrote. */
  readonly reason: string;
  /** With 420: the option tags that nobody supports, for Unsupported (RFC 3261 §8.2.2.3). */
  readonly unsupported?: readonly string[];
}

/** What an application may be asked for; RFC 3261 §8.2.2.1 answers any other scheme with 416. */
const SCHEMES: ReadonlySet<string> = new Set(['sip', 'sips', 'tel', 'urn', 'im', 'pres']);
/** Requests whose Contact becomes a remote target (RFC 3261 §12.1.1, RFC 3311, RFC 3515, RFC 6665). */
const WITH_TARGET: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'UPDATE', 'REFER']);

/**
 * Looks at the fields that every user agent server has to understand: Request-URI, From, To, Contact where it is used, and
 * Require (RFC 3261 §8.2.2). Not for ACK and CANCEL, which are judged by what they belong to.
 */
export function requestFault(request: SipRequest): RequestFault | undefined {
  const { headers, method } = request;
  const fault = uriFault(request.uri);
  if (fault !== undefined) return fault;
  if (!parseNameAddr(headers.get('from') ?? '').ok) return bad('malformed From');
  const to = parseNameAddr(headers.get('to') ?? '');
  if (!to.ok) return bad('malformed To');
  if (method === 'REGISTER') {
    const scheme = uriScheme(to.value.uri);
    // RFC 3261 §10.2: the address of record MUST be a SIP or SIPS URI.
    if (scheme !== 'sip' && scheme !== 'sips') return bad('To is not a SIP URI');
    if (!headers.list('contact').every(isContact)) return bad('malformed Contact');
  } else if (WITH_TARGET.has(method)) {
    const [contact] = headers.has('contact') ? headers.list('contact') : [];
    if (contact !== undefined && !isContact(contact)) return bad('malformed Contact');
  }
  return headers.has('require') ? requireFault(headers.list('require')) : undefined;
}

const bad = (reason: string): RequestFault => ({ status: 400, reason });

function uriFault(text: string): RequestFault | undefined {
  const scheme = uriScheme(text);
  if (scheme === undefined) return bad('malformed Request-URI');
  if (!SCHEMES.has(scheme)) return { status: 416, reason: 'unsupported URI scheme' };
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  const uri = parseUri(text);
  // RFC 3261 §19.1.1: header fields in a URI are for who forms a request of it, so a Request-URI has none.
  return uri.ok && uri.value.headers === undefined ? undefined : bad('malformed Request-URI');
}

/** RFC 3261 §10.2.2: `*` stands for all bindings. */
const isContact = (value: string): boolean => value === '*' || parseNameAddr(value).ok;

function requireFault(tags: readonly string[]): RequestFault | undefined {
  const unsupported = tags.filter((tag) => !isOptionTag(tag));
  return unsupported.length === 0 ? undefined : { status: 420, reason: 'unsupported extension', unsupported };
}

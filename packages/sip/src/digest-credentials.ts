import { type DigestAlgorithm, digestAlgorithm, isSession } from './digest-algorithm.ts';
import { parseAuthParams, quote } from './digest-params.ts';

/** The value of an Authorization or Proxy-Authorization header (RFC 7616 §3.4). */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  /** Lower-case hex. */
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  /** Null: the form of RFC 2069, without client nonce. */
  readonly protection: QopAuth | null;
  readonly opaque: string | null;
}

/** RFC 7616 §3.4, quality of protection `auth`: what the client adds to the response. */
export interface QopAuth {
  readonly cnonce: string;
  /** Eight hex digits. */
  readonly nc: string;
}

export type ParsedCredentials =
  | { readonly kind: 'digest'; readonly credentials: DigestCredentials }
  | { readonly kind: 'other-scheme' }
  /** Well formed, with an algorithm or a quality of protection that we never offer. */
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'malformed' };

/** Reads one set of credentials. RFC 3261 §20.7: unlike other headers, Authorization holds exactly one. */
export function parseCredentials(header: string): ParsedCredentials {
  const found = parseAuthParams(header);
  const [only, ...more] = found ?? [];
  if (only === undefined || more.length > 0) return { kind: 'malformed' };
  if (only.scheme.toLowerCase() !== 'digest') return { kind: 'other-scheme' };
  const { params } = only;
  // RFC 7616 §3.4.4: a hashed user name is sent only when the challenge asked for it, which ours do not.
  if (params.get('userhash')?.toLowerCase() === 'true' || params.has('username*')) return { kind: 'unsupported' };

  const username = params.get('username');
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const uri = params.get('uri');
  const response = params.get('response');
  if (username === undefined || realm === undefined || nonce === undefined) return { kind: 'malformed' };
  if (uri === undefined || response === undefined) return { kind: 'malformed' };

  const algorithm = digestAlgorithm(params.get('algorithm') ?? 'MD5');
  if (algorithm === undefined) return { kind: 'unsupported' };
  const protection = readProtection(params);
  // RFC 7616 §3.4.2: a -sess key is derived from the client nonce.
  if (protection === null && isSession(algorithm)) return { kind: 'malformed' };
  if (protection === 'unsupported' || protection === 'malformed') return { kind: protection };
  const opaque = params.get('opaque') ?? null;
  return {
    kind: 'digest',
    credentials: { username, realm, nonce, uri, response: response.toLowerCase(), algorithm, protection, opaque },
  };
}

function readProtection(params: ReadonlyMap<string, string>): QopAuth | null | 'unsupported' | 'malformed' {
  const qop = params.get('qop')?.toLowerCase();
  if (qop === undefined) return null;
  if (qop !== 'auth') return 'unsupported';
  const cnonce = params.get('cnonce');
  const nc = params.get('nc');
  return cnonce === undefined || nc === undefined || !/^[0-9a-f]{8}$/i.test(nc) ? 'malformed' : { cnonce, nc };
}

/** RFC 7616 §3.4: `qop`, `nc` and `algorithm` go without quotes, whatever the challenge did. */
export function formatCredentials(credentials: DigestCredentials): string {
  const { username, realm, nonce, uri, response, algorithm, protection, opaque } = credentials;
  let text = `Digest username=${quote(username)}, realm=${quote(realm)}, nonce=${quote(nonce)}, uri=${quote(uri)}`;
  text += `, response="${response}", algorithm=${algorithm}`;
  if (protection !== null) text += `, qop=auth, nc=${protection.nc}, cnonce=${quote(protection.cnonce)}`;
  return opaque === null ? text : `${text}, opaque=${quote(opaque)}`;
}

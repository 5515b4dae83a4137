import { type DigestAlgorithm, digestAlgorithm, isSession } from './digest-algorithm.ts';
import { parseAuthParams, quote } from './digest-params.ts';

/** A WWW-Authenticate or Proxy-Authenticate header that we can answer (RFC 7616 §3.3). */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  /** `auth` where the challenge offers it; null where it offers none (RFC 2069's form). */
  readonly qop: 'auth' | null;
  readonly opaque: string | null;
  /** The former nonce was too old, the password may well be right. */
  readonly stale: boolean;
}

/**
 * The challenges of one or several headers, in order, without those that we cannot answer: other schemes, unknown
 * algorithms, `auth-int` alone, and malformed ones.
 */
export function parseChallenges(headers: string | readonly string[]): DigestChallenge[] {
  const challenges: DigestChallenge[] = [];
  for (const header of typeof headers === 'string' ? [headers] : headers) {
    for (const { scheme, params } of parseAuthParams(header) ?? []) {
      const challenge = scheme.toLowerCase() === 'digest' ? readChallenge(params) : undefined;
      if (challenge !== undefined) challenges.push(challenge);
    }
  }
  return challenges;
}

function readChallenge(params: ReadonlyMap<string, string>): DigestChallenge | undefined {
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const algorithm = digestAlgorithm(params.get('algorithm') ?? 'MD5');
  const offered = params
    .get('qop')
    ?.toLowerCase()
    .split(/[\s,]+/);
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined;
  // RFC 7616 §3.4.2: a -sess key needs the client nonce, which goes only with a qop.
  if (offered === undefined ? isSession(algorithm) : !offered.includes('auth')) return undefined;
  return {
    realm,
    nonce,
    algorithm,
    qop: offered === undefined ? null : 'auth',
    opaque: params.get('opaque') ?? null,
    stale: params.get('stale')?.toLowerCase() === 'true',
  };
}

/** RFC 3261 §22.4 rule 4: `qop` is quoted here and bare in credentials. */
export function formatChallenge(challenge: DigestChallenge): string {
  const { realm, nonce, algorithm, qop, opaque, stale } = challenge;
  let text = `Digest realm=${quote(realm)}, nonce=${quote(nonce)}, algorithm=${algorithm}`;
  if (qop !== null) text += `, qop="${qop}"`;
  if (opaque !== null) text += `, opaque=${quote(opaque)}`;
  return stale ? `${text}, stale=true` : text;
}

import { formatChallenge, parseChallenges } from '@trunkline/sip/digest-challenge';
import { formatCredentials, parseCredentials } from '@trunkline/sip/digest-credentials';
import { answerChallenge, digestHa1, verifyDigest } from '@trunkline/sip/digest-response';
import type { SipRequest, SipResponse } from '@trunkline/sip/message';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a peer that challenges asks for: 401 as a registrar, 407 as a proxy. */
export interface Challenging extends Credentials {
  readonly realm: string;
  readonly status: 401 | 407;
  readonly algorithm?: 'MD5' | 'SHA-256';
}

/** The header field that answers a 401 or 407; undefined when its challenge cannot be answered. */
export function authorization(
  response: SipResponse,
  request: SipRequest,
  credentials: Credentials,
  cnonce: string,
): readonly [string, string] | undefined {
  const proxy = response.status === 407;
  const challenges = parseChallenges(response.headers.lines(proxy ? 'proxy-authenticate' : 'www-authenticate'));
  const { method, uri } = request;
  const answer = answerChallenge(challenges, { ...credentials, method, uri, cnonce, count: 1 });
  if (answer === undefined) return undefined;
  return [proxy ? 'Proxy-Authorization' : 'Authorization', formatCredentials(answer)];
}

export function challengeHeader(challenging: Challenging, nonce: string): readonly [string, string] {
  const { realm, status, algorithm = 'MD5' } = challenging;
  const value = formatChallenge({ realm, nonce, algorithm, qop: 'auth', opaque: null, stale: false });
  return [status === 407 ? 'Proxy-Authenticate' : 'WWW-Authenticate', value];
}

/** `absent`: no credentials for this realm. `wrong`: another user, password or nonce. */
export function checkRequest(
  request: SipRequest,
  challenging: Challenging,
  nonces: ReadonlySet<string>,
): 'good' | 'absent' | 'wrong' {
  const name = challenging.status === 407 ? 'proxy-authorization' : 'authorization';
  const parsed = request.headers.lines(name).map(parseCredentials);
  const found = parsed.find((one) => one.kind === 'digest' && one.credentials.realm === challenging.realm);
  if (found?.kind !== 'digest') return 'absent';
  const { credentials } = found;
  const { username, realm, password, algorithm = 'MD5' } = challenging;
  const ha1 = digestHa1(algorithm, username, realm, password);
  const known =
    credentials.username === username && credentials.algorithm === algorithm && nonces.has(credentials.nonce);
  return known && verifyDigest(credentials, request.method, ha1) ? 'good' : 'wrong';
}

import { timingSafeEqual } from 'node:crypto';
import { type DigestAlgorithm, digestHash, isSession } from './digest-algorithm.ts';
import type { DigestChallenge } from './digest-challenge.ts';
import type { DigestCredentials } from './digest-credentials.ts';

/** RFC 7616 §3.4.2 without the session part: the same for `MD5` and `MD5-sess`, so it can be kept. */
export function digestHa1(algorithm: DigestAlgorithm, username: string, realm: string, password: string): string {
  return digestHash(algorithm, `${username}:${realm}:${password}`);
}

export type ResponseInput = Pick<DigestCredentials, 'algorithm' | 'nonce' | 'uri' | 'protection'>;

/** RFC 7616 §3.4.1, in lower-case hex; `ha1` is what {@link digestHa1} gives for the same algorithm. */
export function digestResponse(input: ResponseInput, method: string, ha1: string): string {
  const { algorithm, nonce, uri, protection } = input;
  const cnonce = protection?.cnonce ?? '';
  const key = isSession(algorithm) ? digestHash(algorithm, `${ha1}:${nonce}:${cnonce}`) : ha1;
  const ha2 = digestHash(algorithm, `${method}:${uri}`);
  const middle = protection === null ? nonce : `${nonce}:${protection.nc}:${cnonce}:auth`;
  return digestHash(algorithm, `${key}:${middle}:${ha2}`);
}

/** Compares in constant time, so that a response cannot be guessed digit by digit. */
export function verifyDigest(credentials: DigestCredentials, method: string, ha1: string): boolean {
  const expected = Buffer.from(digestResponse(credentials, method, ha1), 'latin1');
  const given = Buffer.from(credentials.response, 'latin1');
  return expected.length === given.length && timingSafeEqual(expected, given);
}

export interface Answerer {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** Request-URI of the request that carries the credentials. */
  readonly uri: string;
  /** Fresh randomness, at least 64 bits. */
  readonly cnonce: string;
  /** How many requests have used this nonce, this one included. */
  readonly count: number;
}

/**
 * The credentials that answer one of the challenges; undefined when there is none that we can answer. RFC 8760 §2.4: of several
 * challenges the topmost that the client supports.
 */
export function answerChallenge(
  challenges: readonly DigestChallenge[],
  answerer: Answerer,
): DigestCredentials | undefined {
  const [challenge] = challenges;
  if (challenge === undefined) return undefined;
  const { algorithm, realm, nonce, opaque } = challenge;
  const { username, password, uri, cnonce } = answerer;
  const protection = challenge.qop === null ? null : { cnonce, nc: answerer.count.toString(16).padStart(8, '0') };
  const ha1 = digestHa1(algorithm, username, realm, password);
  const response = digestResponse({ algorithm, nonce, uri, protection }, answerer.method, ha1);
  return { username, realm, nonce, uri, response, algorithm, protection, opaque };
}

import { createHash } from 'node:crypto';

/** RFC 7616 §3.3 and RFC 8760 §2.1, in their spelling. */
export const digestAlgorithms = ['MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

const hashNames: Readonly<Record<DigestAlgorithm, 'md5' | 'sha256'>> = {
  MD5: 'md5',
  'MD5-sess': 'md5',
  'SHA-256': 'sha256',
  'SHA-256-sess': 'sha256',
};

const byLowerCase = new Map<string, DigestAlgorithm>(digestAlgorithms.map((name) => [name.toLowerCase(), name]));

/** The algorithm of a header's token, in any case; undefined when we do not have it. */
export function digestAlgorithm(token: string): DigestAlgorithm | undefined {
  return byLowerCase.get(token.toLowerCase());
}

/** RFC 7616 §3.3: a -sess algorithm derives its key from the password and the first nonces. */
export function isSession(algorithm: DigestAlgorithm): boolean {
  return algorithm.endsWith('-sess');
}

/** H(data) of RFC 7616 §3.3, in lower-case hex. */
export function digestHash(algorithm: DigestAlgorithm, data: string): string {
  return createHash(hashNames[algorithm]).update(data, 'utf8').digest('hex');
}

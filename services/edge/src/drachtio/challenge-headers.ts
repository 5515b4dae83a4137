/**
 * One WWW-Authenticate field each, in order of preference (RFC 8760 §2.4). RFC 3261 §7.3.1 forbids to join these by commas, and
 * drachtio-srf joins what has one name: so the later ones follow in the value of the first, each on a line of its own.
 */
export function challengeHeaders(challenges: readonly string[]): Record<string, string> {
  return { 'WWW-Authenticate': challenges.join('\r\nWWW-Authenticate: ') };
}

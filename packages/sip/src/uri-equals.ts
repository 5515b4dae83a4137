import type { SipUri } from './uri.ts';

/** Parameters that count even when only one of the two URIs has them (RFC 3261 §19.1.4). */
const ALWAYS_COMPARED = ['user', 'ttl', 'method', 'maddr', 'transport'] as const;

/**
 * RFC 3261 §19.1.4: user and password case-sensitive, all else not; `%61` equals `a`; a port that is absent does not equal
 * the default port. Header parts must be equal as text, case aside.
 */
export function uriEquals(one: SipUri, other: SipUri): boolean {
  if (one.scheme !== other.scheme || one.port !== other.port) return false;
  if (one.host.toLowerCase() !== other.host.toLowerCase()) return false;
  if (unescaped(one.user) !== unescaped(other.user)) return false;
  if (unescaped(one.password) !== unescaped(other.password)) return false;
  if ((one.headers ?? '').toLowerCase() !== (other.headers ?? '').toLowerCase()) return false;
  return parametersAgree(one, other);
}

function parametersAgree(one: SipUri, other: SipUri): boolean {
  for (const name of ALWAYS_COMPARED) {
    if (one.parameters.has(name) !== other.parameters.has(name)) return false;
  }
  for (const [name, value] of one.parameters) {
    const match = other.parameters.get(name);
    if (match !== undefined && match.toLowerCase() !== value.toLowerCase()) return false;
  }
  return true;
}

/** The characters behind %-escapes; text whose escapes are broken stands for itself. */
function unescaped(text: string | undefined): string | undefined {
  if (text === undefined || !text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

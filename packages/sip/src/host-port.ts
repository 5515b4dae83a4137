import { isDigits } from './token.ts';

/** A host as SIP writes it, with IPv6 addresses kept without their brackets. */
export interface HostPort {
  /** Domain name, IPv4 address, or IPv6 address without brackets; as written, not lower-cased. */
  readonly host: string;
  /** 1 to 65535; absent when not written. */
  readonly port?: number;
}

/** Reads `host[:port]` or `[ipv6][:port]`; `undefined` when malformed. */
export function parseHostPort(text: string): HostPort | undefined {
  if (text.charCodeAt(0) === 91) {
    const close = text.indexOf(']');
    const host = text.slice(1, close);
    if (close < 3 || !isAddress6Text(host)) return undefined;
    return withPort(host, text, close + 1);
  }
  const colon = text.indexOf(':');
  const end = colon < 0 ? text.length : colon;
  const host = text.slice(0, end);
  return isHostText(host) ? withPort(host, text, end) : undefined;
}

export function formatHostPort({ host, port }: HostPort): string {
  const written = formatHost(host);
  return port === undefined ? written : `${written}:${port}`;
}

/** Puts the brackets around an IPv6 address (RFC 3261 §25.1 IPv6reference). */
export function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function withPort(host: string, text: string, colon: number): HostPort | undefined {
  if (colon === text.length) return { host };
  if (text.charCodeAt(colon) !== 58 || !isDigits(text, colon + 1, text.length, 5)) return undefined;
  const port = Number(text.slice(colon + 1));
  return port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

/** Letters, digits, `.`, `-`; and `_`, which no domain name may have and many do. */
function isHostText(text: string): boolean {
  if (text.length === 0 || text.length > 255) return false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const letter = code | 32;
    const good =
      (letter >= 97 && letter <= 122) || (code >= 48 && code <= 57) || code === 46 || code === 45 || code === 95;
    if (!good) return false;
  }
  return true;
}

function isAddress6Text(text: string): boolean {
  return text.length <= 45 && text.includes(':') && /^[0-9a-fA-F:.]+$/.test(text);
}

import type { Gateway, Transport } from '@trunkline/contracts/trunk';

/** What a place on the network is named by. */
export type Place = Pick<Gateway, 'host' | 'port' | 'srv'>;

/**
 * `host:port`, or the name alone where SRV records tell the port; with brackets around an IPv6 address (RFC 3261 §25.1,
 * IPv6reference).
 */
export function hostPort({ host, port, srv = false }: Place): string {
  return `${host.includes(':') ? `[${host}]` : host}${srv ? '' : `:${port}`}`;
}

/**
 * RFC 3261 §19.1.1. UDP is what a URI with a port and without transport means (RFC 3263 §4.1), so it is not written; without a port
 * the name's NAPTR records may ask for another one.
 */
export function gatewayUri(user: string, gateway: Place, transport: Transport): string {
  return `sip:${escapeUser(user)}@${hostPort(gateway)}${transport === 'udp' ? '' : `;transport=${transport}`}`;
}

/** The URI with `user` as its user part, unless it has one. */
export function withUser(uri: string, user: string): string {
  const [, scheme, rest] = /^(sips?:)(.*)$/i.exec(uri) ?? [];
  return scheme === undefined || rest === undefined || rest.includes('@')
    ? uri
    : `${scheme}${escapeUser(user)}@${rest}`;
}

/** RFC 3261 §25.1: what is neither unreserved nor user-unreserved is escaped. `;` too, lest a user grow parameters. */
export function escapeUser(user: string): string {
  return user.replace(/[^A-Za-z0-9\-_.!~*'()&=+$,?/]/gu, (character) => encodeURIComponent(character));
}

import type { Gateway, Transport } from '@trunkline/contracts/trunk';
import { formatHost } from '@trunkline/sip/host-port';
import { escapeUser, hostPort, type Place } from './target-uri.ts';

/** RFC 3261 §10.2: the Request-URI names the registrar and has no user part. */
export function registrarUri(registrar: Place, transport: Transport): string {
  return `sip:${hostPort(registrar)}${transport === 'udp' ? '' : `;transport=${transport}`}`;
}

/** The address-of-record. A user name with a domain of its own (`alice@tenant.example`) is taken whole. */
export function addressOfRecord(username: string, registrar: Pick<Gateway, 'host'>): string {
  const at = username.lastIndexOf('@');
  const [user, host] = at > 0 ? [username.slice(0, at), username.slice(at + 1)] : [username, ''];
  return `sip:${escapeUser(user)}@${/^[\w.-]+$/.test(host) ? host : formatHost(registrar.host)}`;
}

/** `localhost`: the SIP server puts the address in that the request leaves from. */
export function contactUri(user: string, transport: Transport): string {
  return `sip:${user}@localhost${transport === 'udp' ? '' : `;transport=${transport}`}`;
}

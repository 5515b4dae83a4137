import { type Endpoint, endpointText, type TransportName } from '../transport/endpoint.ts';

/**
 * Our Contact: the listening address of the transport that the message uses (RFC 3261 §8.1.1.8); a SIPS URI where the
 * request's is one (§12.1.1, §12.1.2).
 */
export function ownContact(transport: TransportName, local: Endpoint, request_uri = ''): string {
  if (/^sips:/i.test(request_uri)) return `<sips:${endpointText(local)}>`;
  const parameter = transport === 'udp' ? '' : `;transport=${transport}`;
  return `<sip:${endpointText(local)}${parameter}>`;
}

import { type Endpoint, endpointText, type TransportName } from '../transport/endpoint.ts';

/** Our Contact: the listening address of the transport that the message uses (RFC 3261 §8.1.1.8). */
export function ownContact(transport: TransportName, local: Endpoint): string {
  const parameter = transport === 'udp' ? '' : `;transport=${transport}`;
  return `<sip:${endpointText(local)}${parameter}>`;
}

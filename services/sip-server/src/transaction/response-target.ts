import type { Via } from '@trunkline/sip/via';
import { defaultPort, type Endpoint, type TransportName } from '../transport/endpoint.ts';

/**
 * RFC 3261 §18.2.2 and RFC 3581 §4: over UDP to the source address, and to its port when the client asked with `rport`, else
 * to the port of sent-by. Over a stream this is where a new connection goes when the request's own is gone.
 */
export function responseTarget(via: Via, transport: TransportName, source: Endpoint): Endpoint {
  if (transport === 'udp' && via.parameters.has('rport')) return source;
  const maddr = via.parameters.get('maddr');
  const address = maddr !== undefined && maddr !== '' && transport === 'udp' ? maddr : source.address;
  return { address, port: via.port ?? defaultPort(transport) };
}

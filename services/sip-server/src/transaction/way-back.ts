import type { Via } from '@trunkline/sip/via';
import { isReliable } from '../transport/endpoint.ts';
import type { Flow } from '../transport/transport.ts';
import type { TransportLayer } from '../transport/transport-layer.ts';
import { responseTarget } from './response-target.ts';

/** How a response gets to whoever sent a request with this Via: mostly the way that it came (RFC 3261 §18.2.2). */
export function wayBack(transports: TransportLayer, flow: Flow, via: Via): Flow | undefined {
  const target = responseTarget(via, flow.transport, flow.remote);
  const same =
    isReliable(flow.transport) || (target.address === flow.remote.address && target.port === flow.remote.port);
  return same ? flow : transports.of(flow)?.flowTo(target);
}

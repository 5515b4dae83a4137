import { Headers } from '@trunkline/sip/headers';
import { BRANCH_COOKIE } from '@trunkline/sip/via';
import { routeRequest } from '../../dialog/route-request.ts';
import type { Arrival } from '../../transaction/arrival.ts';
import type { ServerTransaction } from '../../transaction/server-transaction.ts';
import { endpointText } from '../../transport/endpoint.ts';
import { cdrBye } from '../cdr.ts';
import { type Core, newId } from '../core.ts';
import { reach } from '../reach.ts';
import { refuse, sendTrying } from '../receive-request.ts';
import { whenDone } from '../when-done.ts';
import { forwardRequest, hopsLeft } from './forward-request.ts';
import { loopMark } from './loop.ts';
import { ProxyContext, type ProxyListener } from './proxy-context.ts';
import { stripOwnRoutes } from './record-route.ts';

const NOBODY: ProxyListener = { responded: () => {}, done: () => {} };
const NO_HEADERS = new Headers();

/**
 * A request inside a dialog that we proxied and stayed in by Record-Route (RFC 3261 §16.12): it goes where its Route leads.
 * False when it is none, and so is not for us to pass on.
 */
export function passOn(core: Core, arrival: Arrival, transaction: ServerTransaction): boolean {
  const { request } = arrival;
  const { rest, sealed } = ownRoutes(core, arrival);
  if (!sealed) return false;
  if (hopsLeft(request.headers) <= 0) {
    refuse(core, transaction, 483, 'too many hops');
    return true;
  }
  if (request.method === 'INVITE') sendTrying(transaction);
  if (request.method === 'BYE') cdrBye(core, 'network', request);
  const options = {
    record_route: false,
    follow_redirects: false,
    parallel: false,
    provisional_ms: undefined,
    final_ms: undefined,
    destinations: [request.uri],
  };
  new ProxyContext({ core, transaction, options, routes: rest, added: NO_HEADERS, listener: NOBODY }).start();
  return true;
}

/** The ACK of a 2xx has no transaction: it is passed on, and that is all (§16.11). */
export function passOnAck(core: Core, arrival: Arrival): void {
  const { rest, sealed } = ownRoutes(core, arrival);
  if (!sealed || hopsLeft(arrival.request.headers) <= 0) return;
  const routing = routeRequest({ route_set: rest, remote_target: arrival.request.uri });
  whenDone(reach(core, routing.next), (reached) => {
    if (!reached.ok) return;
    const { flow } = reached;
    const ack = forwardRequest(arrival, {
      uri: routing.uri,
      routes: routing.routes,
      branch: BRANCH_COOKIE + newId(core) + loopMark(arrival),
      via_transport: flow.transport.toUpperCase(),
      host_port: endpointText(core.transports.of(flow)?.advertised ?? flow.local),
      record_routes: [],
      added: NO_HEADERS,
    });
    flow.send(ack.bytes, () => {});
  });
}

function ownRoutes(core: Core, { request, call_id }: Arrival): ReturnType<typeof stripOwnRoutes> {
  const routes = request.headers.has('route') ? request.headers.list('route') : [];
  return stripOwnRoutes(core, routes, call_id);
}

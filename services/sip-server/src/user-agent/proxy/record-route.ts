import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseNameAddr } from '@trunkline/sip/name-addr';
import { parseUri, type SipUri } from '@trunkline/sip/uri';
import { defaultPort, endpointText } from '../../transport/endpoint.ts';
import type { Flow } from '../../transport/transport.ts';
import type { Core } from '../core.ts';

/** The parameter of our Record-Route by which we know later that we put it there. */
const SEAL = 'tl';

/**
 * RFC 3261 §16.6 step 4 and RFC 5658: our address on the way out, and under it that on the way in where it is another. Sealed
 * with a key of ours for this Call-ID, so that nobody can use us to reach whom he likes with a Route that he made up.
 */
export function recordRoutes(core: Core, call_id: string, arrived: Flow, leaves: Flow): readonly string[] {
  const out = recordRoute(core, call_id, leaves);
  const into = recordRoute(core, call_id, arrived);
  return out === into ? [out] : [out, into];
}

function recordRoute(core: Core, call_id: string, flow: Flow): string {
  const local = core.transports.of(flow)?.advertised ?? flow.local;
  const transport = flow.transport === 'udp' ? '' : `;transport=${flow.transport}`;
  return `<sip:${endpointText(local)}${transport};lr;${SEAL}=${seal(core, call_id)}>`;
}

/** RFC 3261 §16.4: Route without those at the top that name us. `sealed`: one of these was put there by us for this call. */
export function stripOwnRoutes(
  core: Core,
  routes: readonly string[],
  call_id: string,
): { readonly rest: readonly string[]; readonly sealed: boolean } {
  let sealed = false;
  let at = 0;
  for (; at < routes.length; at += 1) {
    const uri = uriOf(routes[at] ?? '');
    if (uri === undefined || !isOurs(core, uri)) break;
    sealed ||= sealFits(core, call_id, uri.parameters.get(SEAL) ?? '');
  }
  return { rest: routes.slice(at), sealed };
}

function uriOf(route: string): SipUri | undefined {
  const address = parseNameAddr(route);
  const uri = address.ok ? parseUri(address.value.uri) : undefined;
  return uri?.ok === true ? uri.value : undefined;
}

function isOurs(core: Core, { host, port, parameters }: SipUri): boolean {
  const transport = parameters.get('transport')?.toLowerCase() ?? 'udp';
  return core.transports.all.some(({ name, local, advertised }) => {
    const asked = port ?? defaultPort(name);
    if (name !== transport) return false;
    return [local, advertised].some((one) => one.address === host && one.port === asked);
  });
}

const seal = (core: Core, call_id: string): string =>
  createHmac('sha256', core.route_key).update(call_id, 'utf8').digest('hex').slice(0, 20);

function sealFits(core: Core, call_id: string, given: string): boolean {
  const right = Buffer.from(seal(core, call_id));
  const other = Buffer.from(given);
  return right.length === other.length && timingSafeEqual(right, other);
}

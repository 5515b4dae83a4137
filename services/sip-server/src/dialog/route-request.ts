import { parseNameAddr } from '@trunkline/sip/name-addr';
import { parseUri } from '@trunkline/sip/uri';
import type { Dialog } from './dialog.ts';

/** How a request inside a dialog is addressed, RFC 3261 §12.2.1.1. */
export interface DialogRouting {
  readonly uri: string;
  readonly routes: readonly string[];
  /** The URI of the next hop. */
  readonly next: string;
}

/**
 * With a loose router first in the route set (§16.12), the Request-URI is the remote target; with a strict one, its URI is,
 * and the remote target goes to the end of Route.
 */
export function routeRequest({ route_set, remote_target }: Pick<Dialog, 'route_set' | 'remote_target'>): DialogRouting {
  const [first, ...rest] = route_set;
  if (first === undefined) return { uri: remote_target, routes: [], next: remote_target };
  const address = parseNameAddr(first);
  if (!address.ok) return { uri: remote_target, routes: route_set, next: remote_target };
  const { uri } = address.value;
  const parsed = parseUri(uri);
  if (parsed.ok && parsed.value.parameters.has('lr')) return { uri: remote_target, routes: route_set, next: uri };
  return { uri, routes: [...rest, `<${remote_target}>`], next: uri };
}

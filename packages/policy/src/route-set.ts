import { parseNameAddr } from '@trunkline/sip/name-addr';
import { parseUri } from '@trunkline/sip/uri';

/** The way of a request that has to pass certain proxies first. */
export interface Routing {
  /** Values of Route (RFC 3261 §20.34), the nearest to us first. Absent: none. */
  readonly route?: readonly string[];
  /** Where to send the request, when not where its URI says. */
  readonly next_hop?: string;
}

/** By these proxies: the first is sent to. Whoever wrote something that cannot be read wrote nothing. */
export function routedBy(values: readonly string[]): Routing {
  const uris = values.map((value) => {
    const address = parseNameAddr(value);
    return address.ok && parseUri(address.value.uri).ok ? address.value.uri : undefined;
  });
  const [next_hop] = uris;
  return next_hop === undefined || uris.includes(undefined) ? {} : { route: values, next_hop };
}

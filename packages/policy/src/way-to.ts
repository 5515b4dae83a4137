import type { Binding } from '@trunkline/contracts/bindings';
import { type Routing, routedBy } from './route-set.ts';

/** How a request gets to somebody who has registered: by the Path of the REGISTER (RFC 3327 §5.4), or to where it came from. */
export function wayTo({ path = [], next_hop }: Binding): Routing {
  if (path.length > 0) return routedBy(path);
  return next_hop === null ? {} : { next_hop };
}

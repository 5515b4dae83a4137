import type { Gateway } from '@trunkline/contracts/trunk';

/** A number from 0 (included) to 1 (excluded). */
export type Chance = () => number;

/** False for a gateway that is known not to answer. */
export type IsReachable = (gateway: Gateway['id']) => boolean;

/**
 * The order in which to try gateways: by priority, lower first, and within one priority by lot with the weights as shares
 * (RFC 2782, "Usage rules"). Gateways of weight 0 come last among their equals, in the order given. Gateways that are not
 * reachable keep their order and come after all others: the probes may be wrong, so none is left out.
 */
export function orderGateways(
  gateways: readonly Gateway[],
  chance: Chance,
  isReachable: IsReachable = () => true,
): Gateway[] {
  const drawn = drawByPriority(gateways, chance);
  if (drawn.every(({ id }) => isReachable(id))) return drawn;
  return [...drawn.filter(({ id }) => isReachable(id)), ...drawn.filter(({ id }) => !isReachable(id))];
}

function drawByPriority(gateways: readonly Gateway[], chance: Chance): Gateway[] {
  const byPriority = new Map<number, Gateway[]>();
  for (const gateway of gateways) {
    const equals = byPriority.get(gateway.priority);
    if (equals === undefined) byPriority.set(gateway.priority, [gateway]);
    else equals.push(gateway);
  }
  return [...byPriority].sort(([one], [other]) => one - other).flatMap(([, equals]) => draw(equals, chance));
}

function draw(gateways: Gateway[], chance: Chance): Gateway[] {
  const left = [...gateways];
  const drawn: Gateway[] = [];
  while (left.length > 1) {
    let lot = chance() * left.reduce((sum, { weight }) => sum + weight, 0);
    const index = left.findIndex(({ weight }) => {
      lot -= weight;
      return lot < 0;
    });
    // All weights are 0: nothing to draw for.
    drawn.push(...left.splice(Math.max(index, 0), 1));
  }
  return [...drawn, ...left];
}

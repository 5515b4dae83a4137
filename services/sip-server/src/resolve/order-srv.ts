import type { SrvRecord } from './resolver.ts';

/**
 * RFC 2782: by rising priority, and within one at random so that a record comes first as often as its weight says. `dice`
 * gives numbers from 0 to below 1.
 */
export function orderSrv(records: readonly SrvRecord[], dice: () => number): readonly SrvRecord[] {
  const ordered: SrvRecord[] = [];
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort((a, b) => a - b);
  for (const priority of priorities) {
    // Those of weight 0 stand first, so that they have a small chance too.
    const rest = records.filter((one) => one.priority === priority).sort((a, b) => a.weight - b.weight);
    while (rest.length > 0) ordered.push(...rest.splice(draw(rest, dice), 1));
  }
  return ordered;
}

function draw(records: readonly SrvRecord[], dice: () => number): number {
  const total = records.reduce((sum, { weight }) => sum + weight, 0);
  const point = Math.floor(dice() * (total + 1));
  let sum = 0;
  const at = records.findIndex(({ weight }) => {
    sum += weight;
    return sum >= point;
  });
  return Math.max(at, 0);
}

import type { Gateway } from '@trunkline/contracts/trunk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderGateways } from './order-gateways.ts';

const gateway = (host: string, priority: number, weight: number) => ({ host, priority, weight }) as unknown as Gateway;
const hosts = (gateways: readonly Gateway[]) => gateways.map(({ host }) => host).join('');

describe('gateways', () => {
  it('are tried by priority, lower first', () => {
    const list = [gateway('c', 30, 1), gateway('a', 10, 1), gateway('b', 20, 1)];
    expect(hosts(orderGateways(list, () => 0.99))).toBe('abc');
  });

  it.each([
    [0, 'abcd'],
    [0.24, 'abcd'],
    [0.25, 'bacd'],
    [0.99, 'cbad'],
  ])('of one priority are drawn by weight: at %f %s', (lot, order) => {
    const list = [gateway('a', 1, 1), gateway('b', 1, 1), gateway('c', 1, 2), gateway('d', 1, 0)];
    expect(hosts(orderGateways(list, () => lot))).toBe(order);
  });

  it('without weights keep the order given', () => {
    const list = [gateway('a', 1, 0), gateway('b', 1, 0), gateway('c', 1, 0)];
    expect(hosts(orderGateways(list, () => 0.9))).toBe('abc');
    expect(orderGateways([], () => 0)).toEqual([]);
  });

  it('come first as often as their weight says', () => {
    const list = [gateway('a', 1, 10), gateway('b', 1, 30), gateway('c', 1, 60)];
    const draws = 1_000;
    const first = { a: 0, b: 0, c: 0 };
    for (let draw = 0; draw < draws; draw += 1) {
      const host = orderGateways(list, () => draw / draws)[0]?.host as keyof typeof first;
      first[host] += 1;
    }
    expect(first).toEqual({ a: 100, b: 300, c: 600 });
  });

  it('are each tried once, in rising priority', () => {
    const any = fc.record({ priority: fc.nat(3), weight: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 10 }), fc.float({ min: 0, max: Math.fround(0.999) }), (list, lot) => {
        const gateways = list.map(({ priority, weight }, index) => gateway(`${index}`, priority, weight));
        const ordered = orderGateways(gateways, () => lot);
        expect(new Set(ordered)).toEqual(new Set(gateways));
        expect(ordered).toHaveLength(gateways.length);
        const priorities = ordered.map(({ priority }) => priority);
        expect(priorities).toEqual([...priorities].sort((one, other) => one - other));
      }),
    );
  });
});

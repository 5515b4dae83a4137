import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { expect, it } from 'vitest';
import { Shunned } from './shunned.ts';

const [one, two, three] = [1, 2, 3].map((last) => ({
  transport: 'udp' as const,
  address: `192.0.2.${last}`,
  port: 5060,
  name: 'carrier.test',
})) as [Target, Target, Target];
type Target = { transport: 'udp'; address: string; port: number; name: string };

it('puts an address that failed behind the others, and back in its place when it answers or the time is over', () => {
  const clock = createFakeClock();
  const shunned = new Shunned(clock);
  const all = [one, two, three];
  shunned.failed(one);
  expect(shunned.inOrder(all)).toEqual([two, three, one]);
  shunned.answered(one);
  expect(shunned.inOrder(all)).toEqual(all);
  shunned.failed(two);
  clock.advance(29_999);
  expect(shunned.inOrder(all)).toEqual([one, three, two]);
  clock.advance(1);
  expect(shunned.inOrder(all)).toEqual(all);
  expect(shunned.size).toBe(0);
});

it('leaves none out: all of them failed is as if none had', () => {
  const shunned = new Shunned(createFakeClock());
  for (const target of [three, one, two]) shunned.failed(target);
  expect(shunned.inOrder([one, two, three])).toEqual([one, two, three]);
});

it('keeps an address away for as long as it asks, five minutes at most', () => {
  const clock = createFakeClock();
  const shunned = new Shunned(clock);
  shunned.failed(one, 100_000);
  clock.advance(299_999);
  expect(shunned.inOrder([one, two])).toEqual([two, one]);
  clock.advance(1);
  expect(shunned.inOrder([one, two])).toEqual([one, two]);
});

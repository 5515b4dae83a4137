import { expect, it } from 'vitest';
import { chooseNode } from './choose-node.ts';

const node = (name: string, load: number, more: object = {}) => ({
  name,
  load,
  weight: 1,
  isUp: true,
  isFull: false,
  ...more,
});
const chosen = (...nodes: ReturnType<typeof node>[]) => chooseNode(nodes)?.name;

it('takes the node with the least load for its weight', () => {
  expect(chosen(node('a', 3), node('b', 2))).toBe('b');
  expect(chosen(node('a', 2), node('b', 2))).toBe('a');
  expect(chosen(node('a', 5, { weight: 4 }), node('b', 2))).toBe('a');
});

it('spreads calls by weight', () => {
  const nodes = [node('a', 0, { weight: 3 }), node('b', 0)];
  for (let call = 0; call < 40; call++) {
    const next = chooseNode(nodes);
    if (next !== undefined) next.load += 1;
  }
  expect(nodes.map(({ load }) => load)).toEqual([30, 10]);
});

it('prefers one that takes calls to one that drains, that to a full one, and that to one that is down', () => {
  const [down, full, drains] = [
    node('down', 0, { isUp: false }),
    node('full', 0, { isFull: true }),
    node('drains', 0, { weight: 0 }),
  ];
  expect(chosen(down, full, drains, node('busy', 900))).toBe('busy');
  expect(chosen(down, full, drains)).toBe('drains');
  expect(chosen(down, full)).toBe('full');
  expect(chosen(down)).toBe('down');
  expect(chosen()).toBeUndefined();
});

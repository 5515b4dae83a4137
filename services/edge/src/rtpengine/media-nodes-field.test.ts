import { expect, it } from 'vitest';
import { mediaNodesField } from './media-nodes-field.ts';

it('reads one node, or several with weights', () => {
  expect(mediaNodesField.parse(undefined)).toEqual([{ host: '127.0.0.1', port: 2223, weight: 1 }]);
  expect(mediaNodesField.parse('10.0.0.5:2223')).toEqual([{ host: '10.0.0.5', port: 2223, weight: 1 }]);
  expect(mediaNodesField.parse('10.0.0.5:2223;weight=2, rtp-b.example:2223;weight=0')).toEqual([
    { host: '10.0.0.5', port: 2223, weight: 2 },
    { host: 'rtp-b.example', port: 2223, weight: 0 },
  ]);
});

it.each(['', 'nonsense', '10.0.0.5', '10.0.0.5:2223,', '10.0.0.5:2223;weight=x', 'a:1,a:1', '10.0.0.5:2223;w=1'])(
  'refuses "%s"',
  (text) => {
    expect(mediaNodesField.safeParse(text).success).toBe(false);
  },
);

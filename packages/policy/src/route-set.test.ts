import { expect, it } from 'vitest';
import { routedBy } from './route-set.ts';

it('sends to the nearest proxy and names all of them', () => {
  const values = ['<sip:192.0.2.1:5070;transport=tcp;lr>', '"edge" <sip:proxy.example;lr>;hide'];
  expect(routedBy(values)).toEqual({ route: values, next_hop: 'sip:192.0.2.1:5070;transport=tcp;lr' });
});

it.each([[[]], [['sip proxy']], [['<sip:192.0.2.1;lr>', '<tel:1>']], [['<sip:>']]])(
  'goes its usual way by %j',
  (values) => {
    expect(routedBy(values)).toEqual({});
  },
);

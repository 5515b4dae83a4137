import { expect, it } from 'vitest';
import { readTried } from './read-tried.ts';

const response = (field: string | undefined) => ({ get: () => field });

it('reads what became of the addresses before the one that answered', () => {
  const field =
    '"No answer" <sip:192.0.2.1:5070;transport=udp>;ms=4003, "Busy, \\"later\\"" <sip:[2001:db8::7]:5061;transport=tls>;ms=12;status=503, <sip:192.0.2.3:5060;transport=udp>';
  expect(readTried(response(field))).toEqual({
    type: 'b-tried',
    address: '192.0.2.3:5060',
    tried: [
      { address: '192.0.2.1:5070', reason: 'No answer', ms: 4_003, status: null },
      { address: '[2001:db8::7]:5061', reason: 'Busy, "later"', ms: 12, status: 503 },
    ],
  });
});

it.each([undefined, '', '<sip:192.0.2.3:5060>', '"x', '"x" <mailto:a@b>, <sip:192.0.2.3>'])(
  'reports nothing where there is nothing to be read: %s',
  (field) => expect(readTried(response(field))).toBeUndefined(),
);

import type { TracedMessage } from '@trunkline/contracts/sip-trace';
import type { Instant } from '@trunkline/contracts/time';
import { expect, it } from 'vitest';
import { traceLadder } from './trace-ladder.ts';

const place = { address: '127.0.0.1', port: 5060 };
const message = (
  direction: TracedMessage['direction'],
  leg: TracedMessage['leg'],
  text: string,
  at = 0,
): TracedMessage => ({ at: at as Instant, direction, leg, text, transport: 'udp', local: place, remote: place });

it('draws who said what to whom', () => {
  const steps = traceLadder([
    message('in', 'caller', 'INVITE sip:a@b SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n', 1),
    message('out', 'callee', 'INVITE sip:c@d SIP/2.0\r\n\r\n', 2),
    message('in', 'callee', 'SIP/2.0 180 Ringing\r\nCSEQ : 1  INVITE\r\n\r\n', 3),
    message('out', 'caller', 'SIP/2.0 200 OK\r\nVia: x\r\ncseq:2 BYE\r\n\r\n', 4),
    message('out', 'caller', 'SIP/2.0 200 \r\n\r\n', 5),
  ]);
  expect(steps).toEqual([
    { at: 1, from: 'caller', to: 'trunkline', text: 'INVITE' },
    { at: 2, from: 'trunkline', to: 'callee', text: 'INVITE' },
    { at: 3, from: 'callee', to: 'trunkline', text: '180 Ringing (INVITE)' },
    { at: 4, from: 'trunkline', to: 'caller', text: '200 OK (BYE)' },
    { at: 5, from: 'trunkline', to: 'caller', text: '200' },
  ]);
});

it.each([[''], ['\r\n'], ['x'.repeat(1_000)], ['SIP/2.0 999']])('does not choke on %j', (text) => {
  expect((traceLadder([message('in', 'caller', text)])[0]?.text ?? '').length).toBeLessThanOrEqual(120);
});

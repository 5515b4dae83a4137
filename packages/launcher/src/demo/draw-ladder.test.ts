import type { Instant } from '@trunkline/contracts/time';
import { Headers } from '@trunkline/sip/headers';
import { sipRequest, sipResponse } from '@trunkline/sip/message';
import type { LoggedMessage } from '@trunkline/testkit/sip-peer/message-log';
import { expect, it } from 'vitest';
import { drawLadder } from './draw-ladder.ts';

const remote = { transport: 'udp', address: '127.0.0.1', port: 5060 } as const;
const headers = Headers.of([['CSeq', '1 INVITE']]);
const at = (time: number, way: LoggedMessage['way'], status?: number): LoggedMessage => ({
  at: time as Instant,
  way,
  remote,
  message:
    status === undefined
      ? sipRequest('INVITE', 'sip:x@y', headers)
      : sipResponse(status, status === 180 ? 'Ringing' : 'Proxy Authentication Required', headers),
});

it('draws both legs in the order of time, arrows the way the messages went', () => {
  const left = { name: 'carrier', messages: [at(1_000, 'sent'), at(1_030, 'received', 180)] };
  const right = { name: 'agent', messages: [at(1_012, 'received'), at(1_020, 'sent', 407)] };
  expect(drawLadder(left, right).join('\n')).toBe(
    `
       carrier                          Trunkline                           agent
    0 ms  |-- INVITE ---------------------->|                                 |
   12 ms  |                                 |-- INVITE ---------------------->|
   20 ms  |                                 |<-- 407 Proxy Authentication R… -|
   30 ms  |<-- 180 Ringing (INVITE) --------|                                 |`.slice(1),
  );
});

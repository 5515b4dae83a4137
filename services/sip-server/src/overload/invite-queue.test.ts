import type { Instant } from '@trunkline/contracts/time';
import type { PeekedRequest } from '@trunkline/sip/peek-request';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../transport/transport.ts';
import { InviteQueue, type WaitingInvite } from './invite-queue.ts';

const PEEKED: PeekedRequest = {
  via: { transport: 'UDP', host: '192.0.2.9', parameters: new Map() },
  vias: [],
  from: '',
  to: '',
  call_id: '',
  cseq: '',
  has_to_tag: false,
};
const FLOW: Flow = {
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.9', port: 5060 },
  open: true,
  send: () => {},
};
const invite = (number: number): WaitingInvite => {
  return { key: `k${number}`, peeked: PEEKED, bytes: Buffer.alloc(0), flow: FLOW, at: number as Instant };
};
const filled = (count: number): InviteQueue => {
  const queue = new InviteQueue();
  for (let number = 0; number < count; number += 1) expect(queue.put(invite(number))).toBeUndefined();
  return queue;
};

describe('the queue of new INVITEs', () => {
  it('gives the newest first', () => {
    const queue = filled(3);
    expect([0, 1, 2, 3].map(() => queue.takeNewest()?.key)).toEqual(['k2', 'k1', 'k0', undefined]);
    expect(queue.size).toBe(0);
  });

  it('gives up the oldest, by age and when there are too many', () => {
    const queue = filled(2_048);
    expect(queue.put(invite(2_048))?.key).toBe('k0');
    expect([queue.takeBefore(3)?.key, queue.takeBefore(3)?.key, queue.takeBefore(3)]).toEqual(['k1', 'k2', undefined]);
    expect([queue.size, queue.takeNewest()?.key]).toEqual([2_046, 'k2048']);
  });

  it('finds one by its transaction, wherever it stands', () => {
    const queue = filled(4);
    expect([queue.take('k0')?.at, queue.take('k2')?.at, queue.take('k2'), queue.has('k1')]).toEqual([
      0,
      2,
      undefined,
      true,
    ]);
    expect([queue.takeBefore(9)?.key, queue.takeNewest()?.key, queue.takeNewest()]).toEqual(['k1', 'k3', undefined]);
  });

  it('goes on after any mixture, and holds no more than wait', () => {
    const queue = new InviteQueue();
    let number = 0;
    for (let round = 0; round < 5_000; round += 1) {
      for (let each = 0; each < 3; each += 1) queue.put(invite(number++));
      expect(queue.take(`k${number - 2}`)?.at).toBe(number - 2);
      expect(queue.takeNewest()?.at).toBe(number - 1);
      expect(queue.takeBefore(number)?.at).toBe(number - 3);
    }
    expect(queue.size).toBe(0);
  });
});

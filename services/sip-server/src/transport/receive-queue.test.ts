import { createFakeClock } from '@trunkline/testkit/fake-clock';
import { describe, expect, it } from 'vitest';
import { ReceiveQueue } from './receive-queue.ts';

function world() {
  const clock = createFakeClock();
  const sent: Buffer[] = [];
  let count = 0;
  const queue = new ReceiveQueue(
    (probe) => void sent.push(probe),
    (bytes) => {
      count += 1;
      return Buffer.alloc(bytes, count);
    },
  );
  return { clock, sent, queue, delay: () => queue.delay(clock.now()), ask: () => queue.ask(clock.now()) };
}

describe('the queue in front of a socket', () => {
  it('is as long as a datagram takes through it', () => {
    const { clock, sent, queue, delay, ask } = world();
    ask();
    clock.advance(30);
    expect([queue.took(Buffer.from('OPTIONS sip:x\r\n'), clock), queue.took(Buffer.alloc(16), clock)]).toEqual([
      false,
      false,
    ]);
    expect([queue.took(Buffer.alloc(16, 1), clock), delay()]).toEqual([true, 30]);
    expect(queue.took(Buffer.alloc(16, 1), clock)).toBe(false);
    ask();
    clock.advance(10);
    expect(delay()).toBe(30);
    clock.advance(40);
    ask();
    expect([delay(), sent.length]).toEqual([50, 2]);
    queue.took(Buffer.alloc(16, 2), clock);
    ask();
    queue.took(Buffer.alloc(16, 3), clock);
    expect(delay()).toBe(0);
  });

  it('is full when the probe is lost, and asked again', () => {
    const { clock, sent, queue, delay, ask } = world();
    ask();
    queue.took(Buffer.alloc(16, 1), clock);
    for (let count = 0; count < 25; count += 1) {
      ask();
      clock.advance(100);
    }
    expect([sent.length, delay()]).toEqual([4, 500]);
  });

  it('is not known where probes never arrive', () => {
    const { clock, sent, delay, ask } = world();
    for (let count = 0; count < 200; count += 1) {
      ask();
      clock.advance(100);
      expect(delay()).toBe(0);
    }
    expect(sent).toHaveLength(5);
  });
});
